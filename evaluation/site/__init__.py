"""The public site: results, map, certificates, complaints, open data and the open interface."""
