using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

/// <summary>Examples for the rows of the command table, and modules in the state in which they are right.</summary>
static class RowBench
{
    /// <summary>Set form that is accepted, and one with a wrong parameter; {mid} is a pending operation's.</summary>
    public static IReadOnlyDictionary<string, (string Right, string Wrong)> Examples { get; } = new Dictionary<string, (string Right, string Wrong)>
    {
        ["+CMEE"] = ("1", "2"),
        ["+CFUN"] = ("1", "7"),
        ["+CEREG"] = ("2", "9"),
        ["+CGATT"] = ("1", "2"),
        ["+CSCON"] = ("1", "x"),
        ["+COPS"] = ("1,2,\"46000\"", "9"),
        ["+CGPADDR"] = ("{cid}", "x"),
        ["+CGACT"] = ("1,{cid}", "2"),
        ["+CGDCONT"] = ("1,\"IP\",\"cmnbiot\"", "x"),
        ["+CGCONTRDP"] = ("{cid}", "x"),
        ["*MCGDEFCONT"] = ("\"IP\",\"cmnbiot\"", ""),
        ["+NUESTATS"] = ("CELL", "NOSUCH"),
        ["*ENGINFO"] = ("0", "2"),
        ["+NEARFCN"] = ("0,3555", "x"),
        ["+NBAND"] = ("8", "x"),
        ["*CMBAND"] = ("8", "x"),
        ["*FRCLLCK"] = ("0", "1"),
        ["+CPSMS"] = ("1,,,\"10100101\",\"00100100\"", "3"),
        ["+CEDRXS"] = ("0,5", "9"),
        ["+NPTWEDRXS"] = ("0,5", "9"),
        ["+NPSMR"] = ("1", "2"),
        ["*MNBIOTEVENT"] = ("1,1", "x"),
        ["*SLEEP"] = ("1", "2"),
        ["*MATWAKEUP"] = ("1", "2"),
        ["+SM"] = ("LOCK", "OPEN"),
        ["+CGSN"] = ("1", "9"),
        ["+CCLK"] = ("\"19/03/21,09:10:11+32\"", "yesterday"),
        ["+NCONFIG"] = ("AUTOCONNECT,TRUE", "AUTOCONNECT,MAYBE"),
        ["+NATSPEED"] = ("9600,30,1,2,1,0,0", "x"),
        ["+IPR"] = ("9600", "x"),
        ["+NCDP"] = ("10.0.0.1,5683", "10.0.0.1,99999"),
        ["+NNMI"] = ("1", "9"),
        ["+NSMI"] = ("1", "9"),
        ["+CMSYSCTRL"] = ("0,2", "0"),
        ["+CFGDUALMODE"] = ("1,0", "x"),
        ["+CFGRATPRIO"] = ("2", "9"),
        ["+NSOCR"] = ("DGRAM,17,0,1", "DGRAM,6"),
        ["+NSOCFG"] = ("0,1,1", "0,2,1"),
        ["+NSOCO"] = ("0,192.0.2.1,7", "0,192.0.2,7"),
        ["+NSOST"] = ("0,192.0.2.1,7,2,AB01", "0,192.0.2.1,7,2,AB"),
        ["+NSOSD"] = ("0,2,AB01", "0,2,AB"),
        ["+NSORF"] = ("0,30", "0,0"),
        ["+NSOCL"] = ("0", "x"),
        ["+IPSTART"] = ("1,\"UDP\",\"192.0.2.1\",7", "1,\"RAW\",\"192.0.2.1\",7"),
        ["+IPSEND"] = ("0,2,AB01", "0,2,AB"),
        ["+IPRCFG"] = ("1,2,1", "1,3,1"),
        ["+IPRD"] = ("0,30", "0,0"),
        ["+IPCLOSE"] = ("0", "5"),
        ["+CMMUX"] = ("1", "2"),
        ["+CMHEAD"] = ("1", "2"),
        ["+CMSHOWPT"] = ("1", "2"),
        ["+CMSHOWRA"] = ("1", "2"),
        ["+NPING"] = ("192.0.2.1,64,5000,1", "192.0.2.1,7"),
        ["+PING"] = ("192.0.2.1,64,5000,1", "192.0.2.1,7"),
        ["+CMDNS"] = ("\"nbiotbt.heclouds.com\"", "\"\""),
        ["+CMDNSGIP"] = ("\"nbiotbt.heclouds.com\"", "\"\""),
        ["+MIPLCREATE"] = ("56,130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000,0,56,0", "56,13,0,56,0"),
        ["+MIPLCREATEEX"] = ("\"192.0.2.1\",0", "\"192.0.2.1\",16"),
        ["+MIPLDELETE"] = ("0", "1"),
        ["+MIPLADDOBJ"] = ("0,3303,1,\"1\",0,0", "0,3303,2,\"1\",0,0"),
        ["+MIPLDELOBJ"] = ("0,3200", "0,x"),
        ["+MIPLDISCOVERRSP"] = ("0,3200,1,4,\"5750\"", "0,3200,1,4,\"x\""),
        ["+MIPLOPEN"] = ("0,3000,30", "0,0"),
        ["+MIPLUPDATE"] = ("0,300,1", "0,300,2"),
        ["+MIPLCLOSE"] = ("0", "x"),
        ["+MIPLNOTIFY"] = ("0,0,3200,0,5750,1,4,\"abcd\",0,0", "0,0,3200,0,5750,7,4,\"abcd\",0,0"),
        ["+MIPLREADRSP"] = ("0,{mid},11", "0,{mid},1"),
        ["+MIPLWRITERSP"] = ("0,{mid},2", "0,{mid},3"),
        ["+MIPLEXECUTERSP"] = ("0,{mid},2", "0,{mid},3"),
        ["+MIPLPARAMETERRSP"] = ("0,{mid},2", "0,{mid},3"),
        ["+MIPLOBSERVERSP"] = ("0,{mid},1", "0,{mid},3"),
        ["+MIPLNMI"] = ("0,1,1", "0,3,0"),
        ["+MIPLMGR"] = ("0", "1"),
        ["+MIPLQMGR"] = ("0", "1"),
        ["+MIPLSOTAVER"] = ("\"test0\"", "\"\""),
        ["+MIPLSOTA"] = ("3", "5"),
        ["+MIPLUPDATESET"] = ("0,1", "0,2"),
        ["+MIPLDTLSNAT"] = ("0,120", "0,30"),
    };

    /// <summary>Commands whose right moment is before OPEN, or before there is an instance.</summary>
    static readonly string[] BeforeOpen = ["+MIPLOPEN", "+MIPLUPDATESET", "+MIPLSOTAVER"];
    static readonly string[] BeforeCreate = ["+MIPLCREATE", "+MIPLCREATEEX"];

    static readonly Dictionary<string, string> Operations = new()
    {
        ["+MIPLREADRSP"] = "GET /nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750",
        ["+MIPLWRITERSP"] = "POST /nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2",
        ["+MIPLEXECUTERSP"] = "POST /nbiot/execute?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750",
        ["+MIPLSOTA"] = "POST /nbiot/execute?imei=869975030000461&obj_id=5&obj_inst_id=0&res_id=26501",
        ["+MIPLPARAMETERRSP"] = "POST /nbiot/observe?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750&pmin=5&cancel=false",
        ["+MIPLOBSERVERSP"] = "POST /nbiot/observe?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750&cancel=false",
    };

    /// <summary>What opens the socket that a command's example speaks of; without it the command is refused.</summary>
    static readonly Dictionary<string, string[]> OpenedBy = new()
    {
        ["+NSOCFG"] = ["AT+NSOCR=DGRAM,17,0,1"],
        ["+NSOCO"] = ["AT+NSOCR=STREAM,6,0,1"],
        ["+NSOST"] = ["AT+NSOCR=DGRAM,17,0,1"],
        ["+NSOSD"] = ["AT+NSOCR=DGRAM,17,0,1", "AT+NSOCO=0,192.0.2.1,7"],
        ["+NSORF"] = ["AT+NSOCR=DGRAM,17,0,1"],
        ["+NSOCL"] = ["AT+NSOCR=DGRAM,17,0,1"],
        ["+IPSEND"] = ["AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7"],
        ["+IPRD"] = ["AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7"],
        ["+IPCLOSE"] = ["AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7"],
    };

    /// <summary>What must come before OPEN for a command's example to be right.</summary>
    static readonly Dictionary<string, string> Prepared = new() { ["+MIPLSOTA"] = "AT+MIPLSOTAVER=\"test0\"" };

    public static IEnumerable<AtCommand> Rows => CommandTable.Rows;

    public static AtCommand Row(string name) => CommandTable.Rows.Single(r => r.Name == name);

    public static IEnumerable<ModuleProfile> ProfilesOf(string name) => ModuleProfile.All.Where(p => p.Commands.ContainsKey(name));

    public static bool IsRestart(string name) => name is "+NRB" or "+CMRB" or "+CMREBOOT" or "+TRB";

    /// <summary>How the row refuses what it cannot read.</summary>
    public static string SyntaxError(string name) => Row(name).IsMipl ? "+CIS ERROR:601" : "ERROR";

    /// <summary>A module that has the command, its echo off, its start-up lines read.</summary>
    public static Mcu Start(string name, ModuleProfile? profile = null)
    {
        profile = (profile ?? ProfilesOf(name).First()) with { EchoByDefault = false };
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = profile } });
        mcu.Take();
        return mcu;
    }

    /// <summary>A module in the state in which the command's example is right, and what stands for the names in it.</summary>
    public static (Mcu Mcu, Dictionary<string, string> Values) ReadyFor(string name, ModuleProfile? profile = null, AtForms form = AtForms.Set)
    {
        var mcu = Start(name, profile);
        var values = ValuesOf(mcu);
        if (BeforeCreate.Contains(name))
            return (mcu, values);
        if (BeforeOpen.Contains(name) && form == AtForms.Set)
        {
            mcu.Command("AT+MIPLCREATE");
            return (mcu, values);
        }
        if (Prepared.TryGetValue(name, out var before))
        {
            Assert.That(mcu.Command("AT+MIPLCREATE")[^1], Is.EqualTo("OK"));
            Assert.That(mcu.Command(before), Is.EqualTo(new[] { "OK" }));
            mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
            mcu.Command("AT+MIPLOPEN=0,3000,30");
            mcu.Await("+MIPLREAD:0,");
        }
        else
            mcu.Register();
        mcu.Advance(1);
        mcu.Take();
        foreach (var command in OpenedBy.GetValueOrDefault(name, []))
            Assert.That(mcu.Command(command)[^1], Is.EqualTo("OK"));
        mcu.Take();
        if (Operations.TryGetValue(name, out var call))
        {
            var parts = call.Split(' ');
            mcu.Call(parts[0], parts[1], name == "+MIPLWRITERSP" ? "{\"data\":[{\"res_id\":5750,\"val\":\"x\"}]}" : null);
            mcu.Advance(1);
            values["mid"] = mcu.Take()[0].Split(',')[1];
        }
        return (mcu, values);
    }

    static Dictionary<string, string> ValuesOf(Mcu mcu) => new()
    {
        ["cid"] = mcu.World.Module.Options.Profile.ContextId.ToString(CultureInfo.InvariantCulture),
        ["mid"] = "1",
    };

    /// <summary>The row's right example on a module where no operation is pending.</summary>
    public static string RightFor(string name, Mcu mcu) => $"AT{name}={Fill(Examples[name].Right, ValuesOf(mcu))}";

    public static string Fill(string text, Dictionary<string, string> values)
    {
        foreach (var (name, value) in values)
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return text;
    }
}
