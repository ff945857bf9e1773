"""Site visits (现场核查) of an evaluation: who went when and what was found, and the sheet that is taken along."""
