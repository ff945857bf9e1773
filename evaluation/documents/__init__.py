"""The documents of a certification as they are printed: certificate, plaque, report, letter; facts in, bytes out."""
