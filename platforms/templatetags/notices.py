"""``{% cite "conditions.free" %}`` prints the number of a clause as the notice at hand has it."""

from django import template

from platforms.notices.clauses import cite

register = template.Library()
register.simple_tag(cite)
