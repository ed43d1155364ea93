"""Reports: one page that says what an experiment found, for people who decide rather than compute."""
