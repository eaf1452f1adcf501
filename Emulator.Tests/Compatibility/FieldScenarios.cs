namespace M531x.Emulator.Tests.Compatibility;

/// <summary>Something that developers of MCU programs struggle with, and the tests, transcripts and scenario files that show it.</summary>
public sealed record FieldScenario(int Number, string What, params string[] ShownBy)
{
    public override string ToString() => $"{Number} {What}";
}

/// <summary>The wish list of the field.</summary>
public static class FieldScenarios
{
    public static IReadOnlyList<FieldScenario> All { get; } =
    [
        new(1, "registration refused or timed out", "ScenarioTests.Scenario_1_", "1.6-open-timeout.golden", "1.6-open-bootstrap-failed.golden", "EventQuirkTests.Raw_events_say_why"),
        new(2, "slow registration", "ScenarioTests.Scenario_2_", "lwm2m-register-slow.yaml"),
        new(3, "only the MCU restarts", "ScenarioTests.Scenario_3_", "CommandQuirkTests.A_second_create_answers"),
        new(4, "OPEN every second", "RequirementTests.R20_", "field-open-repeated-while-registering.yaml"),
        new(5, "no automatic observe and discover", "ScenarioTests.Scenario_5_"),
        new(6, "built-in objects observed", "DriverTests.Driver_4_8_", "LineQuirkTests.An_observe_of_the_modules_own_object"),
        new(7, "slow attach", "ScenarioTests.Scenario_7_", "profile-m5310a.golden", "DriverTests.Driver_4_3_"),
        new(8, "coverage lost in a session", "ScenarioTests.Scenario_8_", "radio-no-coverage.yaml", "module-uplink-busy.yaml", "module-cache-full.yaml"),
        new(9, "IP ageing", "ip-age-dtls.yaml", "path-aged-by-silence.yaml", "2.7-ageing.golden", "2.7-cache-limits.golden"),
        new(10, "DTLS handshake fails", "dtls-bad-psk.yaml", "dtls-handshake-timeout.yaml", "2.7-handshake-fails.golden", "5.3.1-create-ex-wrong-code.golden"),
        new(11, "lifetime runs out", "field-lifetime-runs-out.yaml", "recipe-m5311.golden", "DriverTests.Driver_4_3_"),
        new(12, "device deleted on the platform", "ScenarioTests.Scenario_12_", "platform-device-deleted.yaml"),
        new(13, "UPDATE while a report is pending", "ScenarioTests.Scenario_13_"),
        new(14, "READ answered too late", "ScenarioTests.Scenario_14_", "field-late-read-response.yaml", "platform-read-timeout.yaml"),
        new(15, "WRITE and EXECUTE retransmitted", "ScenarioTests.Scenario_15_", "5.3.3-write-unanswered.golden"),
        new(16, "READ of a whole object", "DriverTests.Driver_4_9_", "recipe-conformance.golden"),
        new(17, "long and empty WRITE", "DriverTests.Driver_4_9_", "RequirementTests.R13_", "platform-write-large.yaml"),
        new(18, "queue of operations and lines of sent reports", "RequirementTests.R12_", "2.1-nmi.golden", "2.3-qmgr.golden", "module-queue-full.yaml"),
        new(19, "URC lost because the MCU is busy", "module-lost-urc.yaml", "urc-held-back.yaml", "module-late-urc.yaml"),
        new(20, "URC between command and answer", "urc-between-echo-and-response.yaml", "urc-inside-response.yaml", "urc-before-echo.yaml"),
        new(21, "first character lost, or one too many", "line-first-character-lost.yaml", "line-garbage.yaml", "ScenarioTests.Scenario_21_"),
        new(22, "echo, another speed, pieces", "RequirementTests.R5_", "line-chunk.yaml", "line-echo-lost.yaml", "LineSpeedTests.The_speed_changes"),
        new(23, "command before the last one is answered", "line-too-soon.yaml", "module-busy.yaml"),
        new(24, "late or stray OK", "module-delay.yaml", "RequirementTests.R28_", "profile-m5310a.golden"),
        new(25, "restart in mid-session", "ScenarioTests.Scenario_25_27_", "module-watchdog.yaml", "RestartTests.The_instance_and_its_registration_are_gone"),
        new(26, "power saving mode", "ScenarioTests.Scenario_26_", "radio-psm-enter.yaml", "SleepTests.The_first_command_wakes"),
        // Nothing downloads firmware, so events 40 to 47 never come; the restart with its cause does.
        new(27, "firmware update", "ScenarioTests.Scenario_25_27_"),
        new(28, "ack ids used again, and 0", "RequirementTests.R21_", "CommandQuirkTests.An_ack_id_used_again"),
        new(29, "wrong lengths, types, long commands", "RequirementTests.R22_", "ScenarioTests.Scenario_29_"),
        new(30, "name not found; port against keys", "path-dns-fail.yaml", "ScenarioTests.Scenario_30_"),
    ];
}
