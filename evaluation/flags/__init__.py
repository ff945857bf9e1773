"""Flags (核实事项): a typed question about one assessment, routed, escalated and resolved; it changes no score."""
