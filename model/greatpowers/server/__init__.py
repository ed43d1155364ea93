"""The browser laboratory: a page in which every change of a control plays the history and the ensemble again."""
