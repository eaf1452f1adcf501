using System.Globalization;
using System.Text.Json;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Acceptance;

/// <summary>Chapters 7 and 8 of China Mobile's communication suite test specification 2.1.</summary>
public sealed class OperationCases
{
    static string[] Ok => SuiteDevice.Ok;

    [Test]
    public void Case_7_1_Discover_lists_the_resources()
    {
        var device = SuiteDevice.Registered();
        var call = device.Nbiot("GET", "/discover", "obj_id=3303");
        var mid = device.AwaitOperation("MIPLDISCOVER", "3303");
        Assert.That(device.Command($"AT+MIPLDISCOVERRSP=0,{mid},1,34,\"{SuiteDevice.TemperatureResources}\""), Is.EqualTo(Ok));
        Assert.That(device.Data(call).ToString(), Is.EqualTo(
            """[{"obj_inst_id":0,"res_id":[5700,5701,5601,5602,5603,5604,5605]},{"obj_inst_id":1,"res_id":[5700,5701,5601,5602,5603,5604,5605]}]"""));
    }

    [Test]
    public void Case_7_2_Read_of_a_resource_brings_its_value()
    {
        var device = SuiteDevice.Registered();
        var call = device.Nbiot("GET", "", "obj_id=3303&obj_inst_id=0&res_id=5700");
        var mid = device.AwaitOperation("MIPLREAD", "3303,0,5700");
        Assert.That(device.Command($"AT+MIPLREADRSP=0,{mid},1,3303,0,5700,4,4,20.123,0,0"), Is.EqualTo(Ok));
        Assert.That(Values(device.Data(call)), Is.EqualTo(new[] { "0/5700=20.123" }));
    }

    [Test]
    public void Case_7_3_Read_of_an_instance_gathers_the_parts()
    {
        var device = SuiteDevice.Registered();
        var call = device.Nbiot("GET", "", "obj_id=3303&obj_inst_id=0");
        var mid = device.AwaitOperation("MIPLREAD", "3303,0,-1");
        Assert.That(device.Command($"AT+MIPLREADRSP=0,{mid},1,3303,0,5700,4,4,26.5,2,0"), Is.EqualTo(Ok));
        Assert.That(device.Command($"AT+MIPLREADRSP=0,{mid},1,3303,0,5701,1,3,\"Cel\",1,0"), Is.EqualTo(Ok));
        device.Mcu.Advance(1);
        Assert.That(device.Mcu.World.Answer(call), Is.Null, "answered before the last part");
        Assert.That(device.Command($"AT+MIPLREADRSP=0,{mid},1,3303,0,5601,4,4,-3.25,0,0"), Is.EqualTo(Ok));
        Assert.That(Values(device.Data(call)), Is.EqualTo(new[] { "0/5700=26.5", "0/5701=\"Cel\"", "0/5601=-3.25" }));
    }

    [Test]
    public void Case_7_4_Read_of_an_object_gathers_the_instances()
    {
        var device = SuiteDevice.Registered();
        var call = device.Nbiot("GET", "", "obj_id=3303");
        var mid = device.AwaitOperation("MIPLREAD", "3303,-1,-1");
        string[] parts = ["0,5700,4,4,1.5,3,0", "0,5701,1,3,\"Cel\",2,0", "1,5700,4,4,2.5,1,0", "1,5701,1,3,\"Far\",0,0"];
        foreach (var part in parts)
            Assert.That(device.Command($"AT+MIPLREADRSP=0,{mid},1,3303,{part}"), Is.EqualTo(Ok));
        Assert.That(Values(device.Data(call)), Is.EqualTo(new[] { "0/5700=1.5", "0/5701=\"Cel\"", "1/5700=2.5", "1/5701=\"Far\"" }));
    }

    [Test]
    public void Case_7_5_Write_of_a_resource_reaches_the_mcu()
    {
        var device = SuiteDevice.Registered();
        Assert.That(device.Command("AT+MIPLNOTIFY=0,0,3306,0,5750,1,3,\"old\",0,0"), Is.EqualTo(Ok));
        var call = device.Nbiot("POST", "", "obj_id=3306&obj_inst_id=0&mode=2", """{"data":[{"res_id":5750,"val":"test"}]}""");
        var mid = device.AwaitOperation("MIPLWRITE", "3306,0,5750,1,4,test,0");
        Assert.That(device.Command($"AT+MIPLWRITERSP=0,{mid},2"), Is.EqualTo(Ok));
        device.ExpectSuccess(call);
    }

    [Test]
    public void Case_7_6_Write_of_an_instance_shows_each_resource()
    {
        var device = SuiteDevice.Registered();
        Assert.That(device.Command("AT+MIPLNOTIFY=0,0,3306,0,5750,1,3,\"old\",0,0"), Is.EqualTo(Ok));
        Assert.That(device.Command("AT+MIPLNOTIFY=0,0,3306,0,5851,3,1,0,0,0"), Is.EqualTo(Ok));
        var call = device.Nbiot("POST", "", "obj_id=3306&obj_inst_id=0&mode=1", """{"data":[{"res_id":5851,"val":80},{"res_id":5750,"val":"abcd"}]}""");
        var mid = device.AwaitOperation("MIPLWRITE", "3306,0,5851,3,2,80,1");
        Assert.That(device.Mcu.Next(), Is.EqualTo($"+MIPLWRITE:0,{mid},3306,0,5750,1,4,abcd,0"));
        device.Mcu.Advance(1);
        Assert.That(device.Mcu.World.Answer(call), Is.Null);
        Assert.That(device.Command($"AT+MIPLWRITERSP=0,{mid},2"), Is.EqualTo(Ok));
        device.ExpectSuccess(call);
    }

    [Test]
    public void Case_7_7_Execute_reaches_the_mcu_with_its_arguments()
    {
        var device = SuiteDevice.Registered();
        var call = device.Nbiot("POST", "/execute", "obj_id=3303&obj_inst_id=0&res_id=5605", """{"args":"reset"}""");
        var mid = device.AwaitOperation("MIPLEXECUTE", "3303,0,5605,5,\"reset\"");
        Assert.That(device.Command($"AT+MIPLEXECUTERSP=0,{mid},2"), Is.EqualTo(Ok));
        device.ExpectSuccess(call);
    }

    [Test]
    public void Case_7_8_Write_attributes_are_shown_and_accepted()
    {
        var device = SuiteDevice.Registered();
        var call = device.Nbiot("POST", "/observe", "cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700&pmin=15&pmax=60&lt=0.0&gt=50.0&st=2.0");
        var mid = device.AwaitOperation("MIPLPARAMETER", "3303,0,5700,38,\"pmin=15;pmax=60;lt=0.0;gt=50.0;stp=2.0\"");
        Assert.That(device.Command($"AT+MIPLPARAMETERRSP=0,{mid},2"), Is.EqualTo(Ok));
        device.AwaitOperation("MIPLOBSERVE", "1,3303,0,5700");
        device.ExpectSuccess(call);
    }

    [TestCase("obj_id=3303&obj_inst_id=0&res_id=5700", "3303,0,5700", TestName = "Case_7_9_and_7_12_Observe_and_cancel_of_a_resource")]
    [TestCase("obj_id=3303&obj_inst_id=0", "3303,0,-1", TestName = "Case_7_10_and_7_13_Observe_and_cancel_of_an_instance")]
    [TestCase("obj_id=3303", "3303,-1,-1", TestName = "Case_7_11_and_7_14_Observe_and_cancel_of_an_object")]
    public void Case_7_9_to_7_14_Observe_and_cancel(string query, string ids)
    {
        var device = SuiteDevice.Registered();
        // The platform's own observations would take the reports over.
        foreach (var automatic in new[] { "obj_id=3303&obj_inst_id=0", "obj_id=3303&obj_inst_id=1", "obj_id=3306&obj_inst_id=0" })
            device.ExpectSuccess(device.Nbiot("POST", "/observe", $"cancel=true&{automatic}"));
        device.Mcu.Take();
        Report(device, 1);
        Assert.That(device.CountDatapoints, Is.Zero);

        var call = device.Nbiot("POST", "/observe", $"cancel=false&{query}");
        var mid = device.AwaitOperation("MIPLOBSERVE", $"1,{ids}");
        Assert.That(device.Command($"AT+MIPLOBSERVERSP=0,{mid},1"), Is.EqualTo(Ok));
        device.ExpectSuccess(call);
        Report(device, 2);
        Assert.That(device.LastDatapoint("3303_0_5700").GetDouble(), Is.EqualTo(2));
        Assert.That(device.CountDatapoints, Is.EqualTo(1));

        call = device.Nbiot("POST", "/observe", $"cancel=true&{query}");
        mid = device.AwaitOperation("MIPLOBSERVE", $"0,{ids}");
        Assert.That(device.Command($"AT+MIPLOBSERVERSP=0,{mid},1"), Is.EqualTo(Ok));
        device.ExpectSuccess(call);
        Report(device, 3);
        Assert.That(device.CountDatapoints, Is.EqualTo(1), "a report after the cancel");

        var again = device.Mcu.Json(device.Nbiot("POST", "/observe", $"cancel=true&{query}"));
        Assert.That(again.GetProperty("error").GetString(), Is.EqualTo("NOT_FOUND"));
        Assert.That(device.Mcu.Take(), Is.Empty, "a cancel of nothing is not shown");
    }

    [Test]
    public void Case_8_1_A_report_reaches_the_platform_with_its_value()
    {
        var device = SuiteDevice.Registered();
        Assert.That(device.Command("AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,26.43,0,0,7"), Is.EqualTo(Ok));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,7"));
        Assert.That(device.LastDatapoint("3303_0_5700").GetDouble(), Is.EqualTo(26.43));
        Assert.That(device.Command("AT+MIPLNOTIFY=0,0,3303,1,5701,1,3,\"Cel\",0,0"), Is.EqualTo(Ok));
        device.Mcu.Advance(1);
        Assert.That(device.LastDatapoint("3303_1_5701").GetString(), Is.EqualTo("Cel"));
        Assert.That(device.CountDatapoints, Is.EqualTo(2));
    }

    static void Report(SuiteDevice device, int value)
    {
        Assert.That(device.Command(string.Create(CultureInfo.InvariantCulture, $"AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,{value}.0,0,0")), Is.EqualTo(Ok));
        device.Mcu.Advance(1);
    }

    static IEnumerable<string> Values(JsonElement data) => data.EnumerateArray().SelectMany(instance =>
        instance.GetProperty("res").EnumerateArray().Select(resource => string.Create(CultureInfo.InvariantCulture,
            $"{instance.GetProperty("obj_inst_id").GetInt32()}/{resource.GetProperty("res_id").GetInt32()}={resource.GetProperty("val").GetRawText()}")));
}
