"""The test data for LibreNMS is what the agent serves now, and has a value for every sensor."""

from __future__ import annotations

from support.librenms_data import DATABASE, ROOT, WALK, database, files

from oam.snmp.nms.librenms import discovery
from oam.snmp.objects import oid_of
from oam.snmp.oids import SERVER, dotted

MADE = files()
DATA = database(MADE[WALK])


def test_it_is_not_stale() -> None:
    for name in (WALK, DATABASE):
        assert (ROOT / name).read_text(encoding="utf-8") == MADE[name], (
            "run: PYTHONPATH=.:tests python -m support.librenms_data"
        )


def test_records_are_in_the_order_of_oids() -> None:
    oids = [tuple(map(int, line.partition("|")[0].split("."))) for line in MADE[WALK].splitlines()]
    assert oids == sorted(set(oids))
    assert f"1.3.6.1.2.1.1.2.0|6|{dotted(SERVER)}" in MADE[WALK].splitlines()


def test_there_is_a_value_for_every_sensor() -> None:
    """But for one that the minute's statistics must be written for."""
    found = {each["sensor_index"].partition(".")[0] for each in DATA["sensors"]["discovery"]["sensors"]}
    sensors = discovery()["modules"]["sensors"]
    wanted = {
        each["value"].removeprefix("SIPCTL-MIB::")
        for class_, part in sensors.items()
        if class_ != "pre-cache"
        for each in part["data"]
    }
    assert wanted - found == {"sipctlRegistrarRecentDelay"}


def test_values_are_divided_and_rows_have_their_names() -> None:
    sensors = {each["sensor_index"]: each for each in DATA["sensors"]["discovery"]["sensors"]}
    assert sensors["sipctlTrunkOccupancy.1"]["sensor_current"] == 75
    assert sensors["sipctlTrunkOccupancy.1"]["sensor_descr"] == "PSTN occupancy"
    assert sensors["sipctlTrunkProbeDelay.1"]["sensor_current"] == 0.0125
    assert sensors["sipctlProcessState.2"]["sensor_descr"] == "sip-1 state"
    (processor,) = DATA["processors"]["discovery"]["processors"]
    assert processor["processor_usage"] == 42
    assert processor["processor_oid"] == f".{dotted(oid_of('sipctlLoadCpu'))}.0"


def test_no_two_sensors_have_one_name() -> None:
    names = [each["sensor_descr"] for each in DATA["sensors"]["discovery"]["sensors"]]
    assert len(set(names)) == len(names)
