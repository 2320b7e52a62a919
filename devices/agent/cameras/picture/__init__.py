"""Is a camera's picture worth anything? Pure functions of pictures, packet facts, times and a learnt profile.

Nothing here opens an address, reads a clock or keeps a file. OpenCV is used here and nowhere else.
"""
