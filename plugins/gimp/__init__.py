"""Impasto in GIMP."""
