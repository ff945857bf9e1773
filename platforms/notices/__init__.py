"""Notices (通知): what a round runs under, as a value that is entered, approved and then never changed."""
