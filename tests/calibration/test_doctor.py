from edge.checkup import measured

WAKE = {
    "word": "alexa",
    "missed": {"value": 0.0, "low": 0.0, "high": 0.31},
    "false_per_hour": 0.25,
    "noise_dbfs": -62.0,
}


def test_what_was_never_measured_is_not_judged() -> None:
    assert list(measured({})) == []


def test_the_wake_word_s_prediction_is_told_with_its_bounds() -> None:
    (finding,) = measured({"wake": WAKE})
    assert finding.well
    assert "0% to 31%" in finding.detail


def test_a_room_that_became_louder_asks_for_a_calibration() -> None:
    levels = {"noise_dbfs": -50.0, "advice": [], "at": "today"}
    level, wake = measured({"wake": WAKE, "levels": levels})
    assert level.well
    assert not wake.well
    assert "12 dB louder" in wake.detail
    assert "calibrate wake" in wake.remedy


def test_a_microphone_that_clips_is_bad() -> None:
    advice = ["the microphone clips (2.0% of the samples): turn its gain down by 9 dB"]
    (finding,) = measured({"levels": {"advice": advice, "at": "today"}})
    assert not finding.well
    assert "clips" in str(finding)
