"""Whom an alert concerns: its polygons, circles and codes against what each loudspeaker covers. Pure but for `file`."""
