"""Cut every trace into pieces that tile it: masks, scripts, words, languages."""
