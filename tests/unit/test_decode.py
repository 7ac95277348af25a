"""Decoding: every kind of file people drop on the window, whole, cut off, damaged or something else.

The recordings are made here with PyAV, so nothing but code is committed.
"""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile as sf

from app.audio.decode import Decoder, decode, decode_to_track, probe
from app.domain.cancel import Never
from app.domain.errors import InputError

TONE_HZ = 440.0


def tone(rate: int, seconds: float, hz: float = TONE_HZ) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


def record(
    path: Path,
    codec: str,
    *,
    rate: int = 16_000,
    layout: str = "mono",
    seconds: float = 3.0,
    sample_format: str | None = None,
    sound: np.ndarray | None = None,
    gap: tuple[float, float] | None = None,
    video_s: float = 0.0,
    sound_from_s: float = 0.0,
    tracks: int = 1,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a recording; `gap` (at, length) shifts later timestamps, `sound_from_s` all of them."""
    with av.open(str(path), "w", options=container_options or {}) as out:
        streams: list[Any] = []
        for _ in range(tracks):
            s: Any = out.add_stream(codec, rate=rate, options={"strict": "-2"})
            s.layout = layout
            if sample_format:
                s.format = sample_format
            if codec == "wmav2":
                s.bit_rate = 64_000
            streams.append(s)
        if video_s:
            v: Any = out.add_stream("mpeg4", rate=10)
            v.width = v.height = 64
            v.pix_fmt = "yuv420p"
            for _ in range(int(video_s * 10)):
                picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                out.mux(v.encode(picture))
            out.mux(v.encode(None))
        for s in streams:
            x = np.tile(tone(rate, seconds), (s.layout.nb_channels, 1)) if sound is None else sound
            shaper = av.AudioResampler(s.format.name, layout, rate, s.codec_context.frame_size or 1024)
            whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(x), format="fltp", layout=layout)
            whole.sample_rate = rate
            whole.pts = 0
            for frame in [*shaper.resample(whole), *shaper.resample(None)]:
                if gap and frame.pts >= gap[0] * rate:
                    frame.pts += int(gap[1] * rate)
                frame.pts += int(sound_from_s * rate)
                out.mux(s.encode(frame))
            out.mux(s.encode(None))
    return path


def run(path: Path) -> tuple[np.ndarray, Decoder]:
    decoder = Decoder(path, cancel=Never())
    return np.concatenate(list(decoder)), decoder


def strength(x: np.ndarray, hz: float = TONE_HZ) -> float:
    """Amplitude of one frequency in 16 kHz sound."""
    t = np.arange(len(x)) / 16_000
    return float(2 * abs(np.mean(x * np.exp(-2j * np.pi * hz * t))))


FORMATS = [
    ("a.wav", "pcm_s16le", {}),
    ("a24.wav", "pcm_s24le", {"rate": 44_100, "layout": "stereo"}),
    ("a8.wav", "pcm_u8", {"rate": 8_000}),
    ("alaw.wav", "pcm_alaw", {"rate": 8_000}),
    ("f64.wav", "pcm_f64le", {"rate": 22_050}),
    ("a.mp3", "libmp3lame", {"rate": 44_100, "layout": "stereo"}),
    ("a.m4a", "aac", {"rate": 48_000}),
    ("a.aac", "aac", {"rate": 48_000}),
    ("a.amr", "libopencore_amrnb", {"rate": 8_000}),
    ("a.3gp", "libopencore_amrnb", {"rate": 8_000}),
    ("a.flac", "flac", {"rate": 96_000, "layout": "5.1", "sample_format": "s32"}),
    ("a.ogg", "vorbis", {"rate": 44_100, "layout": "stereo"}),
    ("a.opus", "libopus", {"rate": 48_000}),
    ("a.wma", "wmav2", {"rate": 44_100}),
    ("a.mp4", "aac", {"video_s": 3.0}),
    ("a.mov", "aac", {"video_s": 3.0}),
    ("a.mkv", "flac", {"video_s": 3.0}),
    ("a.webm", "libopus", {"rate": 48_000}),
]


@pytest.mark.parametrize(("name", "codec", "how"), FORMATS, ids=[f[0] for f in FORMATS])
def test_every_format_gives_its_sound_at_16_khz(tmp_path: Path, name: str, codec: str, how: dict[str, Any]) -> None:
    path = record(tmp_path / name, codec, **how)
    before = path.read_bytes()
    x, decoder = run(path)
    assert x.dtype == np.float32
    assert len(x) / 16_000 == pytest.approx(3.0, abs=0.08)
    # 5.1 goes through the mix with every channel alike; AMR and μ-law are coarse.
    assert strength(x[8_000:40_000]) == pytest.approx(0.4, abs=0.05)
    assert decoder.notices == ()
    assert decoder.done_s == len(x) / 16_000
    assert decoder.info.has_video == ("video_s" in how)
    assert decoder.info.rate_hz == how.get("rate", 16_000)
    assert path.read_bytes() == before


def test_probe_tells_what_a_file_is(tmp_path: Path) -> None:
    info = probe(record(tmp_path / "a.mp4", "aac", rate=48_000, layout="stereo", video_s=3.0))
    assert (info.codec, info.rate_hz, info.channels, info.has_video) == ("aac", 48_000, 2, True)
    assert info.duration_s == pytest.approx(3.0, abs=0.05)
    assert "mp4" in info.container


def test_16_khz_16_bit_passes_unchanged(tmp_path: Path) -> None:
    pcm = np.random.default_rng(0).integers(-32768, 32768, 20_000).astype(np.int16)
    sf.write(tmp_path / "a.wav", pcm, 16_000)
    x, _ = run(tmp_path / "a.wav")
    assert np.array_equal(x * 32768, pcm)
    list(decode_to_track(tmp_path / "a.wav", tmp_path / "t.flac", cancel=Never()))
    assert np.array_equal(sf.read(tmp_path / "t.flac", dtype="int16")[0], pcm)


def test_resampling_does_not_fold_high_tones_into_speech(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", tone(48_000, 3.0, hz=11_000), 48_000, subtype="FLOAT")
    x, _ = run(tmp_path / "a.wav")
    assert np.abs(x[4_000:-4_000]).max() < 1e-4  # 11 kHz would come back as 5 kHz


def test_resampling_keeps_times_over_a_long_file(tmp_path: Path) -> None:
    click = np.zeros(44_100 * 60, np.float32)
    click[44_100 * 50] = 1.0
    sf.write(tmp_path / "a.wav", click, 44_100)
    x, _ = run(tmp_path / "a.wav")
    assert len(x) == 16_000 * 60
    assert int(np.abs(x).argmax()) == 16_000 * 50


def test_blocks_have_the_size_asked_for(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mp3", "libmp3lame", seconds=2.3)
    sizes = [len(b) for b in decode(path, cancel=Never(), block_s=0.5)]
    assert sizes[:-1] == [8_000] * (len(sizes) - 1)
    assert 0 < sizes[-1] <= 8_000


def test_six_loud_channels_do_not_clip_and_the_centre_stays_audible(tmp_path: Path) -> None:
    loud = np.tile(tone(48_000, 2.0) * 2.4, (6, 1))  # 0.96 everywhere
    x, _ = run(record(tmp_path / "all.wav", "pcm_f32le", rate=48_000, layout="5.1", sound=loud))
    assert np.abs(x).max() <= 1.0
    assert strength(x[4_000:-4_000]) == pytest.approx(0.96, abs=0.01)
    centre = np.zeros_like(loud)
    centre[2] = loud[2]
    x, _ = run(record(tmp_path / "c.wav", "pcm_f32le", rate=48_000, layout="5.1", sound=centre))
    assert strength(x[4_000:-4_000]) > 0.25
    rumble = np.zeros_like(loud)
    rumble[3] = loud[3]
    x, _ = run(record(tmp_path / "lfe.wav", "pcm_f32le", rate=48_000, layout="5.1", sound=rumble))
    assert np.abs(x).max() < 1e-6


def test_invalid_samples_become_silence_and_are_counted(tmp_path: Path) -> None:
    x = tone(16_000, 1.0)
    x[100:110] = np.nan
    x[200], x[300] = np.inf, -3e38
    sf.write(tmp_path / "a.wav", x, 16_000, subtype="FLOAT")
    y, decoder = run(tmp_path / "a.wav")
    assert np.isfinite(y).all()
    assert not y[100:110].any()
    assert np.array_equal(y[400:], x[400:])
    assert decoder.notices == ("12 invalid sample values were replaced by silence.",)


def test_overdriven_float_sound_is_limited(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", tone(16_000, 1.0) * 10, 16_000, subtype="FLOAT")
    assert np.abs(run(tmp_path / "a.wav")[0]).max() == 1.0


def test_opposite_channels_are_mentioned(tmp_path: Path) -> None:
    x = tone(16_000, 2.0)
    _, decoder = run(record(tmp_path / "a.wav", "pcm_s16le", layout="stereo", sound=np.stack([x, -x])))
    assert "cancel each other" in decoder.notices[0]
    _, decoder = run(record(tmp_path / "b.wav", "pcm_s16le", layout="stereo", sound=np.stack([x, 0 * x])))
    assert decoder.notices == ()


def test_very_short_sound_works(tmp_path: Path) -> None:
    for name, codec in (("a.wav", "pcm_s16le"), ("a.mp3", "libmp3lame"), ("a.m4a", "aac")):
        x, _ = run(record(tmp_path / name, codec, seconds=0.2))
        assert len(x) / 16_000 == pytest.approx(0.2, abs=0.07)


def test_gaps_in_the_timestamps_become_silence(tmp_path: Path) -> None:
    x, decoder = run(record(tmp_path / "a.mkv", "libopus", rate=48_000, gap=(1.5, 2.0)))
    assert len(x) / 16_000 == pytest.approx(5.0, abs=0.03)
    assert np.abs(x[26_000:54_000]).max() < 1e-3
    assert strength(x[58_000:76_000]) > 0.35
    assert any("2.0 s of silence" in n for n in decoder.notices)


def test_sound_that_starts_after_the_pictures_keeps_its_time(tmp_path: Path) -> None:
    x, _ = run(record(tmp_path / "a.mkv", "flac", video_s=5.0, sound_from_s=1.5))
    assert len(x) / 16_000 == pytest.approx(4.5, abs=0.02)
    assert not x[: 16_000 + 7_000].any()


def test_absurd_timestamps_are_not_believed(tmp_path: Path) -> None:
    x, _ = run(record(tmp_path / "a.wav", "pcm_s16le"))
    path = record(tmp_path / "a.mkv", "flac", gap=(1.5, 10.0))
    decoder = Decoder(path, cancel=Never())
    decoder.info = type(decoder.info)(3.0, 16_000, 1, "flac", "matroska", False)  # the length before the damage
    assert sum(map(len, decoder)) == len(x)


def test_the_main_one_of_several_sound_tracks_is_used(tmp_path: Path) -> None:
    x, decoder = run(record(tmp_path / "a.mkv", "flac", tracks=2))
    assert len(x) == 48_000
    assert decoder.notices == ("The file has 2 sound tracks; only the main one was used.",)


@pytest.mark.parametrize("name", ["Besprechung – 会議 №1.mp3", "http:10:30.mp3", "%d.mp3", "a\udcff.mp3"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    source = record(tmp_path / "plain.mp3", "libmp3lame")
    try:
        path = source.rename(tmp_path / name)
    except (OSError, UnicodeError):
        pytest.skip("this system does not allow the name")
    assert len(run(path)[0]) == 48_000


# Cut off and damaged


@pytest.mark.parametrize(
    ("name", "codec", "how"),
    [
        ("a.mp4", "aac", {"container_options": {"movflags": "faststart"}}),
        ("a.mp3", "libmp3lame", {}),
        ("a.wav", "pcm_s16le", {}),
        ("a.flac", "flac", {}),
        ("a.mkv", "aac", {}),
    ],
)
def test_a_file_cut_off_gives_what_is_there(tmp_path: Path, name: str, codec: str, how: dict[str, Any]) -> None:
    path = record(tmp_path / name, codec, seconds=20, **how)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.6)])
    x, decoder = run(path)
    assert 9.0 < len(x) / 16_000 < 13.0
    assert any("announces 0:20" in n and "cut off" in n for n in decoder.notices)


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.mkv", "aac"), ("a.flac", "flac")])
def test_damage_is_skipped_counted_and_keeps_later_times(tmp_path: Path, name: str, codec: str) -> None:
    sound = np.concatenate([tone(16_000, 18.0), tone(16_000, 2.0, hz=2_000)])[None]
    path = record(tmp_path / name, codec, sound=sound)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 20] = np.random.default_rng(1).bytes(len(data) // 20)
    path.write_bytes(data)
    x, decoder = run(path)
    assert len(x) / 16_000 == pytest.approx(20.0, abs=0.1)
    assert strength(x[-24_000:-8_000], 2_000) > 0.3
    assert decoder.notices


def test_ogg_lost_in_the_middle_is_said(tmp_path: Path) -> None:
    path = record(tmp_path / "a.ogg", "libopus", rate=48_000, seconds=20)
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 5, len(data), len(data) // 50):
        data[at : at + 2] = b"\xff\x00"
    path.write_bytes(data)
    x, decoder = run(path)
    assert len(x) < 16_000 * 19
    assert decoder.notices


def hiss(seconds: float, rate: int) -> np.ndarray:
    """What no codec makes small."""
    return np.random.default_rng(2).normal(0.0, 0.1, (1, round(seconds * rate))).astype(np.float32)


@pytest.mark.parametrize("length_s", [0.5, 5.0])
def test_a_short_ogg_is_whole(tmp_path: Path, length_s: float) -> None:
    """Of few pages, the last of which may hold most of it."""
    path = tmp_path / "a.ogg"
    sf.write(path, hiss(length_s, 16_000)[0], 16_000)
    x, decoder = run(path)
    assert len(x) / 16_000 == pytest.approx(length_s, abs=0.1)
    assert not decoder.notices


@pytest.mark.parametrize("kept", [0.005, 0.04])
@pytest.mark.parametrize("rest", ["random", "zeros", "cut"])
def test_a_destroyed_file_is_refused(tmp_path: Path, kept: float, rest: str) -> None:
    """Its header is good, and announces a minute."""
    path = record(tmp_path / "a.flac", "flac", sound=hiss(60.0, 16_000))
    data = path.read_bytes()
    left = max(9_000, round(len(data) * kept))
    behind = len(data) - left
    path.write_bytes(
        data[:left] + {"random": np.random.default_rng(3).bytes(behind), "zeros": bytes(behind), "cut": b""}[rest]
    )
    said = refused(path)
    assert "damaged" in said.what + said.to_do
    assert "copy" in said.to_do


def test_an_ogg_of_which_half_is_left_is_a_meeting_with_a_warning(tmp_path: Path) -> None:
    path = record(tmp_path / "a.ogg", "libopus", rate=48_000, sound=hiss(25.0, 48_000))
    whole, decoder = run(path)
    assert not decoder.notices
    data = path.read_bytes()
    half = len(data) // 2
    path.write_bytes(data[:half] + np.random.default_rng(3).bytes(len(data) - half))
    x, decoder = run(path)
    assert 0.3 < len(x) / len(whole) < 0.7
    assert any("the rest could not be read" in n for n in decoder.notices)


def test_random_damage_never_breaks_out(tmp_path: Path) -> None:
    """Whatever is wrong with a file: sound, or an error for the user; nothing else."""
    rng = np.random.default_rng(7)
    for name, codec in (("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.mkv", "aac"), ("a.wav", "pcm_s16le")):
        whole = record(tmp_path / name, codec, seconds=1).read_bytes()
        for _ in range(25):
            data = bytearray(whole)
            for at in rng.integers(0, len(data), 12):
                data[at] = rng.integers(256)
            (tmp_path / name).write_bytes(data[: rng.integers(1, len(data))])
            try:
                x, _ = run(tmp_path / name)
            except InputError:
                continue
            assert np.abs(x).max() <= 1.0


# What is no recording


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as e:
        list(decode(path, cancel=Never()))
    assert e.value.to_do
    assert str(path) in e.value.what
    return e.value


def test_missing_folder_and_empty(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path / "nope.mp3").what
    assert "folder" in refused(tmp_path).what
    (tmp_path / "a.wav").touch()
    assert "is empty" in refused(tmp_path / "a.wav").what
    assert "no file" in refused(tmp_path / "a.wav" / "b.wav").what


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    assert "not an ordinary file" in refused(tmp_path / "a.wav").what


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_unreadable(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", "pcm_s16le")
    path.chmod(0)
    assert "may not read" in refused(path).what


def test_unreadable_whoever_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = record(tmp_path / "a.wav", "pcm_s16le")

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as m:
        m.setattr(Path, "open", denied)
        assert "may not read" in refused(path).what


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.mp3", "Grüße aus der Besprechung\n" * 300),
        ("a.srt", "1\n00:00:00,000 --> 00:00:02,000\nHi\n"),
        ("list.m3u8", "#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile a.wav\n"),
    ],
)
def test_text_is_called_text(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert "text file" in refused(tmp_path / name).what


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", b"PK\3\4" + bytes(60)), ("b.docx", b"Hi"), ("c", b"%PDF-1.7\n")]
)
def test_a_document_is_called_a_document(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content * 20)
    assert "is a document, not sound" in refused(tmp_path / name).what


def test_noise_zeros_and_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(np.random.default_rng(0).bytes(100_000))
    refused(tmp_path / "a.mp3")
    (tmp_path / "a.wav").write_bytes(bytes(100_000))
    refused(tmp_path / "a.wav")
    with av.open(str(tmp_path / "a.png"), "w", format="image2", options={"update": "1"}) as out:
        v: Any = out.add_stream("png", rate=1)
        v.width = v.height = 16
        v.pix_fmt = "rgb24"
        out.mux(v.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")))
        out.mux(v.encode(None))
    refused(tmp_path / "a.png")


def test_video_without_sound(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mp4", "aac", tracks=0, video_s=2.0)
    assert "no sound" in refused(path).what


def test_m4a_without_its_index_is_named(tmp_path: Path) -> None:
    path = record(tmp_path / "a.m4a", "aac", seconds=5)
    path.write_bytes(path.read_bytes()[:-2_000])
    assert "index" in refused(path).what


def test_protected_sound_is_named(tmp_path: Path) -> None:
    locked = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    path = record(tmp_path / "a.mp4", "aac", container_options=locked)
    assert "copy-protected" in refused(path).what


def test_unknown_kind_of_sound_is_named(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", "pcm_s16le")
    data = bytearray(path.read_bytes())
    data[20:22] = b"\x99\x99"
    path.write_bytes(data)
    assert "cannot be decoded here" in refused(path).what


def test_a_disk_that_fails_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = record(tmp_path / "a.wav", "pcm_s16le", seconds=30)

    class Failing:
        """A file whose disk is pulled out after 200 kB."""

        def __init__(self, file: Any) -> None:
            self._file = file

        def read(self, n: int = -1) -> bytes:
            if self._file.tell() > 200_000:
                raise OSError(5, "Input/output error")
            return bytes(self._file.read(n))

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def __enter__(self) -> Failing:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

    monkeypatch.setattr("app.audio.media._open_file", lambda p: Failing(p.open("rb")))
    assert "Input/output error" in refused(path).what


# Long recordings


def sparse_wav(path: Path, hours: float) -> None:
    """Hours of 8-bit silence that take no space on the disk."""
    size = int(hours * 3600 * 8_000)
    head = b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    head += b"\x01\0\x01\0" + (8_000).to_bytes(4, "little") * 2 + b"\x01\0\x08\0"
    with path.open("wb") as f:
        f.write(head + b"data" + size.to_bytes(4, "little"))
        f.truncate(size + len(head) + 8)


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    def peak(hours: float) -> int:
        sparse_wav(tmp_path / "long.wav", hours)
        tracemalloc.start()
        try:
            n = sum(len(b) for b in decode(tmp_path / "long.wav", cancel=Never()))
            assert n == hours * 3600 * 16_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(0.01)  # caches
    assert peak(0.5) < peak(0.05) + 1_000_000 < 8_000_000
