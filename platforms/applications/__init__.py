"""The application form: drafts, questions, attachments, intake, print, corrections, batches, bans, platforms."""
