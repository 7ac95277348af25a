"""How `voice_encoder.safetensors` was made: `python -m models.speakers.convert WHEEL MEAN.npz OUT`.

WHEEL is `resemblyzer-0.1.4-py3-none-any.whl` (`pip download --no-deps resemblyzer==0.1.4`); MEAN holds the mean
embedding to subtract, over 251 LibriSpeech speakers. Only the encoder is kept, in half precision.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

WHEEL_SHA256 = "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f"


def convert(wheel: Path, mean: Path, out: Path) -> None:
    """Write the weights file. Raises `ValueError` if the wheel is not the known one."""
    import numpy as np
    import torch
    from safetensors.torch import save_file

    data = wheel.read_bytes()
    if hashlib.sha256(data).hexdigest() != WHEEL_SHA256:
        raise ValueError(f"{wheel} is not resemblyzer 0.1.4")
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        pretrained = io.BytesIO(z.read("resemblyzer/pretrained.pt"))
    state = torch.load(pretrained, map_location="cpu", weights_only=True)["model_state"]
    weights = {k: v.half().contiguous() for k, v in state.items() if k.startswith(("lstm.", "linear."))}
    weights["mean"] = torch.from_numpy(np.load(mean)["mean"]).half()
    about = {
        "source": "resemblyzer 0.1.4, resemblyzer/pretrained.pt",
        "wheel_sha256": WHEEL_SHA256,
        "license": "Apache-2.0",
    }
    save_file(weights, out, metadata=about)


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:4]))
