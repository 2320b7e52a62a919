"""Cameras, watched by an agent near them: are they there, do they stream, is their picture worth anything?"""
