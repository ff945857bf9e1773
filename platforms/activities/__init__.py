"""Activities of hubs and platforms: planned, invitations, reported; good examples as rows."""
