"""What is published: results, certificates, their numbers, their validity and their ends."""
