"""The rules of time: what should sound where and when. Pure: standard library only, no clock, no files, no network."""
