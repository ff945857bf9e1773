"""The figures of the workbench, their rows and charts; what was recorded in the counted period."""
