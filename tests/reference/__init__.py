"""The same answers as the authors' package qwen-asr, from the same weights."""
