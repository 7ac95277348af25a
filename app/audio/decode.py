"""From the user's recording to 16 kHz mono, packet by packet: memory stays flat however long it is.

Damaged packets are skipped and counted, gaps in the timestamps become silence so that times stay those of the
recording, and everything the user should know is collected as notices. The source is only ever read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import av.error
import numpy as np
import soxr

from app.audio.media import Media, MediaInfo, open_media, probe, protected, read_error
from app.audio.tracks import TrackWriter, check_space
from app.domain import cancel as cancelling
from app.domain.cancel import CancelFlag
from app.domain.errors import InputError
from app.domain.ports import SAMPLE_RATE

if TYPE_CHECKING:
    import numpy.typing as npt
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.frame import AudioFrame
    from av.packet import Packet

    from app.domain.ports import Samples

__all__ = ["DecodeProgress", "DecodedTrack", "Decoder", "MediaInfo", "decode", "decode_to_track", "probe"]

_GAP_S = 0.1  # timestamps may be this much ahead of the sound before silence is put in
_GAP_UNKNOWN_LIMIT_S = 3600.0  # longest gap believed when the file does not state its length
_CHUNK_S = 0.5  # decoded frames are gathered to about this much before the arithmetic
_LEAST_SHARE, _LEAST_S = 0.05, 10.0  # with less of what a file announces than both, it is destroyed
_OGG_PAGE = 65_307  # bytes at most
_BAD_READS = 100  # consecutive failures to read a packet after which the rest is given up
_FULL_SCALE: dict[str, tuple[float, float]] = {  # sample format → (zero, full scale)
    "u8": (128.0, 128.0), "s16": (0.0, 2.0**15), "s32": (0.0, 2.0**31), "s64": (0.0, 2.0**63),
}  # fmt: skip
# ITU-R BS.775 weights for speakers other than front left and right; the low-frequency channel is left out.
_CHANNEL_WEIGHT = {"FC": 1.0, "LFE": 0.0, "LFE2": 0.0, "FL": 0.707, "FR": 0.707}


class Decoder:
    """Decode one recording. Iterate once; `notices` and `done_s` are complete afterwards.

    Yields float32 blocks of `block_s` seconds (the last one shorter) at 16 kHz in −1…1. Raises `InputError`
    when the file cannot be used, and `Cancelled` within a few packets of `cancel` being set.
    """

    def __init__(self, path: Path, *, cancel: CancelFlag, block_s: float = 1.0) -> None:
        self.path = path
        self.info: MediaInfo = probe(path)
        self._cancel = cancel
        self._block = max(1, round(block_s * SAMPLE_RATE))
        self._position_s = 0.0  # where the next decoded sample belongs, from the start of the recording
        self._bad_packets = 0
        self._bad_s = 0.0
        self._unread = False
        self._not_numbers = 0
        self._gaps_s = 0.0
        self._samples = 0
        self._energy = np.zeros(2)  # sums of squares: of the mix, and of the channels it was made from

    @property
    def done_s(self) -> float:
        """Seconds given out so far."""
        return self._samples / SAMPLE_RATE

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about the result, in sentences."""
        said: list[str] = []
        stated_s = self.info.duration_s or 0.0
        if self._bad_packets:
            pieces = "1 damaged piece" if self._bad_packets == 1 else f"{self._bad_packets} damaged pieces"
            length = f" (about {self._bad_s:.1f} s)" if self._bad_s >= 0.05 else ""
            said.append(f"{pieces} of the file could not be decoded{length}.")
        if self.info.exact and stated_s - self._position_s > max(0.5, 0.002 * stated_s):
            said.append(
                f"The file announces {_clock(stated_s)} of sound but holds {_clock(self._position_s)}; "
                "it may have been cut off."
            )
        elif self._unread:
            said.append(f"The file is damaged after {_clock(self._position_s)}; the rest could not be read.")
        if self._gaps_s:
            said.append(f"The recording has gaps; {self._gaps_s:.1f} s of silence stand in for them.")
        if self._not_numbers:
            said.append(f"{self._not_numbers} invalid sample values were replaced by silence.")
        if self.info.sound_tracks > 1:
            said.append(f"The file has {self.info.sound_tracks} sound tracks; only the main one was used.")
        if self._energy[0] < 0.01 * self._energy[1]:
            said.append("The channels cancel each other when mixed to one; speech may be missing.")
        return tuple(said)

    def __iter__(self) -> Iterator[Samples]:
        for block in _in_blocks(self._resampled(), self._block):
            cancelling.check(self._cancel)
            self._samples += len(block)
            yield block
        if not self._samples:
            raise InputError(
                f"No sound could be decoded from {self.path}.",
                "It is damaged, protected, or holds no sound; choose another copy.",
            )
        self._refuse_if_destroyed()

    def _refuse_if_destroyed(self) -> None:
        """A second of an hour is no meeting in which nobody speaks."""
        heard_s = self._position_s - self._gaps_s
        stated_s = self.info.duration_s
        damaged = self._bad_packets > 0 or self._unread
        copy = "Choose another copy of it, for example from a backup."
        if stated_s is None:
            if damaged and heard_s < 1.0:
                raise InputError(f"{self.path} is damaged: hardly any sound could be decoded.", copy)
        elif (self.info.exact or damaged) and heard_s < min(_LEAST_S, _LEAST_SHARE * stated_s):
            raise InputError(
                f"{self.path} is damaged: of the {_clock(stated_s)} it announces, "
                f"only {heard_s:.1f} s could be decoded.",
                copy,
            )

    def _resampled(self) -> Iterator[Samples]:
        """16 kHz mono from frames of any rate; the rate may change on the way (chained streams, HE-AAC)."""
        stream: Any = None
        rate = 0
        for mono, rate_hz in self._mono():
            if rate_hz != rate:
                if stream is not None:
                    yield _limited(stream.resample_chunk(np.zeros(0, np.float32), last=True))
                rate = rate_hz
                stream = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, quality="HQ")
            yield _limited(mono if stream is None else stream.resample_chunk(mono))
        if stream is not None:
            yield _limited(stream.resample_chunk(np.zeros(0, np.float32), last=True))

    def _mono(self) -> Iterator[tuple[Samples, int]]:
        """(samples, rate), silence in the gaps. Frames of a kind are gathered: numpy likes long arrays."""
        gathered: list[npt.NDArray[Any]] = []
        kind: tuple[int, str, int] = (0, "", 0)
        layout: tuple[str, ...] = ()
        count = 0
        for gap_s, frame in self._frames():
            channels = frame.layout.nb_channels
            new_kind = (frame.sample_rate, frame.format.name.removesuffix("p"), channels)
            if gathered and (gap_s or new_kind != kind or count >= kind[0] * _CHUNK_S):
                yield self._mixed(gathered, kind[1], layout), kind[0]
                gathered, count = [], 0
            if gap_s:
                yield from _silence(gap_s, frame.sample_rate)
            if new_kind != kind:
                kind, layout = new_kind, tuple(c.name for c in frame.layout.channels)
            x = frame.to_ndarray()
            gathered.append(x if frame.format.is_planar else x.reshape(-1, channels).T)
            count += frame.samples
        if gathered:
            yield self._mixed(gathered, kind[1], layout), kind[0]

    def _mixed(self, frames: list[npt.NDArray[Any]], format_name: str, layout: tuple[str, ...]) -> Samples:
        """(channels, n) arrays of one format to one mono array. The weights add up to 1: no clipping."""
        raw = np.concatenate(frames, axis=1)
        x = raw.astype(np.float32)
        if format_name in _FULL_SCALE:
            zero, full = _FULL_SCALE[format_name]
            x = (x - np.float32(zero)) / np.float32(full)
        else:
            bad = ~(np.abs(x) < 1e4)  # NaN compares false; values of that size are damage, not sound
            if bad.any():
                self._not_numbers += int(bad.sum())
                x[bad] = 0.0
        if len(x) == 1:
            only: Samples = x[0]
            return only
        weights = np.array([_CHANNEL_WEIGHT.get(c, 0.5) for c in layout], np.float32)
        if len(weights) != len(x) or not weights.any():
            weights = np.ones(len(x), np.float32)
        mono: Samples = np.matmul(weights / weights.sum(), x)
        self._energy += (float(np.vdot(mono, mono)), float(np.vdot(x, x)) / len(x))
        return mono

    def _frames(self) -> Iterator[tuple[float, AudioFrame]]:
        """(silence that belongs before it in seconds, frame) for everything that decodes."""
        with open_media(self.path) as media:
            origin_s = _origin_s(media)
            limit_s = self.info.duration_s + 1.0 if self.info.duration_s else None
            for frame in self._decoded(media):
                if not frame.samples or frame.sample_rate <= 0:
                    continue
                gap_s = 0.0
                if frame.pts is not None and frame.time_base:
                    time_s = float(frame.pts * frame.time_base)
                    origin_s = time_s if origin_s is None else origin_s
                    gap_s = time_s - origin_s - self._position_s
                    longest_s = limit_s - self._position_s if limit_s else _GAP_UNKNOWN_LIMIT_S
                    gap_s = gap_s if _GAP_S < gap_s <= longest_s else 0.0
                self._gaps_s += gap_s
                self._position_s += gap_s + frame.samples / frame.sample_rate
                yield gap_s, frame

    def _decoded(self, media: Media) -> Iterator[AudioFrame]:
        codec = _amr_codec(media.info.codec)
        for packet in self._packets(media):
            try:
                if codec is None:
                    yield from media.stream.codec_context.decode(packet)
                else:
                    yield from codec.decode(packet if packet.size else None)
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                self._bad_packets += 1
                if packet.duration and packet.time_base:
                    self._bad_s += float(packet.duration * packet.time_base)

    def _packets(self, media: Media) -> Iterator[Packet[Any]]:
        """Packets of the sound stream, reading on after damage as long as the container can."""
        failures = last_byte = 0
        while failures < _BAD_READS:
            try:
                for packet in media.container.demux(media.stream):
                    cancelling.check(self._cancel)
                    if packet.has_sidedata("encryption_info"):
                        raise protected(self.path)
                    failures, last_byte = 0, packet.pos or last_byte
                    yield packet
                break
            except av.error.EOFError:
                break
            except av.error.FFmpegError:
                failures += 1
            except OSError as e:
                raise read_error(self.path, e) from e
        # Some demuxers run through damage to the end of the file and call it an ordinary end.
        lost_the_thread = last_byte < 0.8 * media.size_bytes
        if self.info.container == "ogg" and not self.info.has_video:
            # What it says of its length is where the last page is that can be found; in a whole file that one is last.
            lost_the_thread &= media.size_bytes - last_byte > _OGG_PAGE
        else:
            lost_the_thread &= self.info.duration_s is None
        self._unread = failures >= _BAD_READS or lost_the_thread


def decode(path: Path, *, cancel: CancelFlag, block_s: float = 1.0) -> Iterator[Samples]:
    """The sound of a recording as 16 kHz mono blocks; use `Decoder` where the notices matter."""
    return iter(Decoder(path, cancel=cancel, block_s=block_s))


@dataclass(frozen=True, slots=True)
class DecodedTrack:
    """A finished working copy; `rate_hz` and `channels` are those of the user's file."""

    duration_s: float
    rate_hz: int
    channels: int
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecodeProgress:
    """`total_s` is None when the file does not say how long it is."""

    done_s: float
    total_s: float | None


def decode_to_track(source: Path, out: Path, *, cancel: CancelFlag) -> Iterator[DecodeProgress | DecodedTrack]:
    """Write the working copy of `source` to `out` (FLAC, 16 kHz, mono, 16 bit), wholly or not at all.

    Yields how far it is and, last, the finished track. Raises `InputError` for the source, `StorageError` for the
    disk, `Cancelled`; none of them, nor closing the generator, leaves anything at or beside `out`.
    """
    decoder = Decoder(source, cancel=cancel, block_s=5.0)
    check_space(out.parent, decoder.info.duration_s)
    with TrackWriter(out) as writer:
        for block in decoder:
            writer.write(block)
            yield DecodeProgress(decoder.done_s, decoder.info.duration_s)
        cancelling.check(cancel)
        writer.commit()
    yield DecodedTrack(writer.duration_s, decoder.info.rate_hz, decoder.info.channels, decoder.notices)


def _origin_s(media: Media) -> float | None:
    """Timestamp of the recording's start. In a video that is where the pictures start, so that times agree;
    otherwise (None) the first sound is the start."""
    start = media.container.start_time
    return start / av.time_base if media.info.has_video and start is not None else None


def _amr_codec(name: str) -> AudioCodecContext | None:
    """FFmpeg's own AMR-NB decoder does not know the silence frames (DTX) of phones; libopencore's does."""
    if name not in ("amrnb", "amr_nb"):  # FFmpeg's canonical name is amr_nb
        return None
    try:
        codec: Any = av.CodecContext.create("libopencore_amrnb", "r")
    except (av.error.FFmpegError, ValueError):
        return None
    codec.layout = "mono"
    codec.sample_rate = 8000
    return codec  # type: ignore[no-any-return]


def _silence(seconds: float, rate_hz: int) -> Iterator[tuple[Samples, int]]:
    left = round(seconds * rate_hz)
    while left > 0:
        n = min(left, rate_hz)
        yield np.zeros(n, np.float32), rate_hz
        left -= n


def _limited(x: Samples) -> Samples:
    return np.clip(x, -1.0, 1.0)


def _in_blocks(pieces: Iterable[Samples], size: int) -> Iterator[Samples]:
    """Cut a stream of arrays of any length into arrays of `size`, the last one shorter."""
    held: list[Samples] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += len(piece)
        if count >= size:
            x = np.concatenate(held)
            whole = count - count % size
            for at in range(0, whole, size):
                yield x[at : at + size]
            held, count = [x[whole:]], count - whole
    if count:
        yield np.concatenate(held)


def _clock(seconds: float) -> str:
    """0:07, 12:30, 1:02:03."""
    minutes, s = divmod(round(seconds), 60)
    hours, m = divmod(minutes, 60)
    return f"{hours}:{m:02}:{s:02}" if hours else f"{m}:{s:02}"
