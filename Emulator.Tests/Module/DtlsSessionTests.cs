using M531x.Dtls;
using M531x.Emulator.Core.Mipl;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Sessions through DTLS (manual §5.4): keys, identities, failures and what is told of them.</summary>
public sealed class DtlsSessionTests
{
    const string Direct = "AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"";
    const string Bootstrap = "AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5684\",1,,\"1234abcd\"";

    static readonly string Imei = new ModuleOptions().Imei;
    static readonly string Imsi = new ModuleOptions().Imsi;

    static Mcu Start(ModuleOptions? module = null, Func<OneNetOptions, OneNetOptions>? platform = null)
    {
        module ??= new ModuleOptions();
        var options = VirtualWorld.DefaultPlatform(module);
        return new Mcu(new VirtualWorldOptions { Module = module, Platform = platform?.Invoke(options) ?? options });
    }

    static void Open(Mcu mcu, string create, int timeout = 60)
    {
        Assert.That(mcu.Ask(create), Is.EqualTo("+MIPLCREATEEX:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\""), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLOPEN=0,3000,{timeout}"), Is.EqualTo("OK"));
    }

    static Mcu Registered(ModuleOptions? module = null, Func<OneNetOptions, OneNetOptions>? platform = null)
    {
        var mcu = Start(module, platform);
        Open(mcu, Direct);
        mcu.Await("+MIPLEVENT:0,6", 5);
        mcu.Advance(2);
        mcu.Take();
        return mcu;
    }

    /// <summary>A refusal is known in words within a second. The event follows once the server has not answered one more attempt.</summary>
    static void ExpectRefusal(Mcu mcu, string words, string line)
    {
        Assert.That(mcu.Next(1), Does.StartWith("(nothing"));
        Assert.That(mcu.World.Trace, Has.Some.Contains(words));
        Assert.That(mcu.Next(3), Is.EqualTo(line));
    }

    static string[] Identities(Mcu mcu) => [.. mcu.World.PlatformEvents.OfType<SecureSessionUp>().Select(e => $"{e.Port} {e.Identity}")];

    [Test]
    public void The_identity_is_the_IMEI_until_a_bootstrap_hands_out_another()
    {
        var mcu = Start();
        Open(mcu, Bootstrap);
        mcu.Await("+MIPLEVENT:0,2", 5);
        mcu.Await("+MIPLEVENT:0,6", 5);
        var identities = Identities(mcu);
        Assert.Multiple(() =>
        {
            Assert.That(identities, Has.Length.EqualTo(2));
            Assert.That(identities[0], Is.EqualTo($"BootstrapDtls {Imei}"));
            Assert.That(identities[1], Does.Match($"^Lwm2mDtls {Imei}-[A-Za-z0-9]{{8}}$"));
        });
    }

    [TestCase("other")]
    [TestCase("")]
    public void The_identity_can_be_set_even_to_nothing(string identity)
    {
        var mcu = Registered(new ModuleOptions { PskIdentity = identity });
        Assert.That(Identities(mcu), Is.EqualTo(new[] { $"Lwm2mDtls {identity}" }));
    }

    [Test]
    public void The_key_can_come_from_the_user_data_of_a_config_string()
    {
        var config = Convert.ToHexString(new MiplConfig
        {
            Server = "nbiotacc.heclouds.com:5684",
            UserData = "AuthCode:;PSK:abcdefge;",
        }.Encode());
        var mcu = Start(platform: p => p with { Devices = [p.Devices[0] with { AccessPsk = "abcdefge" }] });
        Assert.That(mcu.Ask($"AT+MIPLCREATE={config.Length / 2},{config},0,{config.Length / 2},0"), Is.EqualTo("+MIPLCREATE:0|OK"));
        mcu.Command("AT+MIPLOPEN=0,3000,60");
        mcu.Await("+MIPLEVENT:0,6", 5);
    }

    [TestCase(Direct)]
    [TestCase(Bootstrap)]
    public void The_first_register_or_bootstrap_waits_for_a_handshake_that_loses_datagrams(string create)
    {
        var mcu = Start();
        var random = new Lwm2m.SeededRandom(3);
        mcu.World.Passes = (_, _) => random.NextDouble() > 0.3;
        Open(mcu, create);
        mcu.Await("+MIPLEVENT:0,6", 60);
        Assert.That(mcu.World.Trace, Has.Some.Contains("repetition"));
    }

    [TestCase(Direct, "+MIPLEVENT:0,7")]
    [TestCase(Bootstrap, "+MIPLEVENT:0,3")]
    public void A_wrong_key_is_known_at_once_in_words_and_as_an_event(string create, string line)
    {
        var mcu = Start(platform: p => p with { Devices = [p.Devices[0] with { Psk = "somethingelse", AccessPsk = "somethingelse" }] });
        Open(mcu, create);
        ExpectRefusal(mcu, "the server holds another PSK for this identity", line);
        Assert.Multiple(() =>
        {
            Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionRefused>().First().Reason, Is.EqualTo("the device holds another PSK"));
            Assert.That(string.Join('\n', mcu.World.Trace) + string.Join('\n', mcu.World.PlatformEvents), Does.Not.Contain("abcdefge\n").And.Not.Contain("somethingelse"));
        });
    }

    [TestCase(Direct, "+MIPLEVENT:0,7")]
    [TestCase(Bootstrap, "+MIPLEVENT:0,3")]
    public void An_identity_that_the_platform_does_not_know_is_known_at_once(string create, string line)
    {
        var mcu = Start(platform: p => p with { Devices = [] });
        Open(mcu, create);
        ExpectRefusal(mcu, "the server does not know the PSK identity", line);
        Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionRefused>().Single().Reason, Is.EqualTo("no device has this PSK identity"));
    }

    [Test]
    public void No_suite_in_common_is_known_at_once()
    {
        var mcu = Start(platform: p => p with { DtlsSuites = [DtlsCipherSuite.PskAes128GcmSha256] });
        Open(mcu, Direct);
        ExpectRefusal(mcu, "no cipher suite in common with the server", "+MIPLEVENT:0,7");
        Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionRefused>().Select(r => r.Reason), Is.All.EqualTo("no cipher suite in common"));
    }

    [TestCase("AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0", "+MIPLEVENT:0,7")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5684\",1", "+MIPLEVENT:0,3")]
    public void Port_5684_without_a_key_fails(string create, string line)
    {
        var mcu = Start();
        Open(mcu, create);
        Assert.That(mcu.Next(1), Is.EqualTo(line));
        Assert.That(mcu.World.Datagrams, Is.Empty);
        Assert.That(mcu.World.Trace, Has.Some.Contains("no PSK is configured"));
    }

    [Test]
    public void A_closed_port_is_told_at_once_and_the_event_comes_at_the_time_out()
    {
        var mcu = Start();
        mcu.World.Passes = (_, _) => false;
        Open(mcu, Direct, timeout: 10);
        mcu.Advance(0.5);
        mcu.World.ReportUnreachable(VirtualWorld.SecureLwm2mServer);
        Assert.That(mcu.World.Trace, Has.Some.Contains("nobody listens there"));
        Assert.That(mcu.Next(9), Is.EqualTo("(nothing within 9 s)"));
        Assert.That(mcu.Next(1), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    [TestCase(29, "+MIPLEVENT:0,6")]
    [TestCase(31, "+MIPLEVENT:0,7")]
    public void A_key_from_a_bootstrap_is_valid_for_a_month(int days, string line)
    {
        var mcu = Start();
        Open(mcu, Bootstrap);
        mcu.Await("+MIPLEVENT:0,6", 5);
        var key = mcu.Ask("AT+MIPLDEVINFO?").Split('"')[3];
        mcu.Command("AT+MIPLDELETE=0");
        mcu.World.Advance(TimeSpan.FromDays(days));
        mcu.Take();
        Open(mcu, $"AT+MIPLCREATEEX=\"183.230.40.40:5684\",0,,\"{key}\"");
        Assert.That(mcu.Next(5), Is.EqualTo(line));
        if (days > 30)
            Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionRefused>().Single().Reason, Is.EqualTo("the PSK of the last bootstrap is over a month old"));
    }

    [Test]
    public void Without_automatic_provisioning_keys_have_to_be_set()
    {
        var mcu = Start(platform: p => p with { AutoProvision = false });
        Open(mcu, Direct);
        Assert.That(mcu.Next(4), Is.EqualTo("+MIPLEVENT:0,7"));
        var body = $$$"""{"title":"t","protocol":"LWM2M","auth_info":{"{{{Imei}}}":"{{{Imsi}}}"}}""";
        Assert.That(mcu.Json(mcu.Call("POST", "/devices", body)).GetProperty("errno").GetInt32(), Is.Zero);
        mcu.Command("AT+MIPLOPEN=0,3000,60");
        Assert.That(mcu.Next(4), Is.EqualTo("+MIPLEVENT:0,7"));
        Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionRefused>().Last().Reason, Is.EqualTo("the device has no PSK"));
        Assert.That(mcu.Json(mcu.Call("POST", $"/nbiot/device/accpsk?imei={Imei}", """{"key":"abcdefge"}""")).GetProperty("errno").GetInt32(), Is.Zero);
        mcu.Command("AT+MIPLOPEN=0,3000,60");
        Assert.That(mcu.Next(1), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [Test]
    public void A_key_set_through_the_API_wins_over_the_one_in_use()
    {
        var mcu = Registered();
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Await("+MIPLEVENT:0,15", 5);
        mcu.Answer(mcu.Call("PUT", $"/nbiot/device/accpsk?imei={Imei}", """{"key":"abcdefgX"}"""));
        mcu.Command("AT+MIPLOPEN=0,3000,60");
        ExpectRefusal(mcu, "the server holds another PSK for this identity", "+MIPLEVENT:0,7");
    }

    [TestCase("1234567")]
    [TestCase("12345678901234567")]
    [TestCase("1234abc!")]
    public void The_platform_takes_keys_of_8_to_16_letters_or_digits(string key)
    {
        var mcu = Start();
        foreach (var path in (string[])["psk", "accpsk"])
            Assert.That(mcu.Answer(mcu.Call("PUT", $"/nbiot/device/{path}?imei={Imei}", $$"""{"key":"{{key}}"}""")), Does.Contain("key").And.Not.Contain("succ"));
    }

    [Test]
    public void Close_ends_the_association_and_delete_is_silent()
    {
        var mcu = Registered();
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Await("+MIPLEVENT:0,15", 5);
        mcu.Advance(1);
        Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionClosed>().Count(), Is.EqualTo(1));

        mcu.Command("AT+MIPLOPEN=0,3000,60");
        mcu.Await("+MIPLEVENT:0,6", 5);
        mcu.Advance(2);
        var sent = mcu.World.Datagrams.Count;
        mcu.Command("AT+MIPLDELETE=0");
        mcu.Advance(5);
        Assert.That(mcu.World.Datagrams, Has.Count.EqualTo(sent));
    }

    [Test]
    public void The_modules_own_hello_offers_CCM8_alone_without_extensions()
    {
        var mcu = Registered();
        var hello = mcu.World.Datagrams[0].Bytes;
        Assert.That(hello.Length, Is.EqualTo(67));
        Assert.That(Convert.ToHexString(hello.Span[^6..]), Is.EqualTo("0002C0A80100"));
    }

    [Test]
    public void Suites_can_be_chosen()
    {
        var mcu = Registered(new ModuleOptions { DtlsSuites = [DtlsCipherSuite.PskAes128CbcSha256, DtlsCipherSuite.PskAes128Ccm8] },
            p => p with { DtlsSuites = [DtlsCipherSuite.PskAes128CbcSha256] });
        Assert.That(mcu.World.PlatformEvents.OfType<SecureSessionUp>().Single().Suite, Is.EqualTo("TLS_PSK_WITH_AES_128_CBC_SHA256"));
    }

    [Test]
    public void The_lwm2m_dialect_offers_three_suites_and_registers_anew_after_a_new_handshake()
    {
        var mcu = Start(new ModuleOptions { Dialect = Lwm2mDialect.Lwm2m });
        mcu.Command(Direct);
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,5,\"first\",0,0"); // answers the platform's observe
        mcu.Command("AT+MIPLOPEN=0,3000,60");
        mcu.Await("+MIPLEVENT:0,6", 5);
        Assert.That(Convert.ToHexString(mcu.World.Datagrams[0].Bytes.Span), Does.Contain("0006C0A800A800AE0100"));
        mcu.Advance(160);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,9"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(0), Is.EqualTo("+MIPLEVENT:0,32"));
        mcu.Await("+MIPLEVENT:0,25,9", 5);
        mcu.Await("+MIPLEVENT:0,6", 5);
        Assert.That(mcu.World.PlatformEvents.OfType<DeviceRegistered>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Secrets_come_out_only_when_asked_for()
    {
        Assert.That(Registered().World.Secrets, Is.Empty);
        var secrets = Registered(new ModuleOptions { EmitsSecrets = true }).World.Secrets.Single();
        Assert.That((secrets.ClientRandom.Length, secrets.MasterSecret.Length), Is.EqualTo((32, 48)));
    }

    [Test]
    public void The_same_seed_gives_the_same_datagrams()
    {
        var first = Bytes(Registered());
        var second = Bytes(Registered());
        Assert.That(second, Is.EqualTo(first));

        static string[] Bytes(Mcu mcu) => [.. mcu.World.Datagrams.Select(d => $"{d.At} {Convert.ToHexString(d.Bytes.Span)}")];
    }

    [Test]
    public void A_release_indication_means_nothing_behind_DTLS()
    {
        var mcu = Registered();
        mcu.Command("AT+CSCON=1");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0x200");
        Assert.That(mcu.Next(5), Does.StartWith("(nothing"));
        Assert.That(mcu.Next(30), Is.EqualTo("+CSCON:0")); // by the network's own inactivity timer
    }

    [Test]
    public void An_answer_from_an_aged_address_is_lost_until_the_interval_is_over()
    {
        var mcu = Registered();
        var call = mcu.Call("GET", $"/nbiot?imei={Imei}&obj_id=3200&obj_inst_id=0&res_id=5750&timeout=40");
        var mid = mcu.Await("+MIPLREAD:0,", 5).Split(',')[1];
        mcu.World.AgeMapping();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"here\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Answer(call), Does.Contain("TIME_OUT"));
    }

    [Test]
    public void A_device_created_with_a_key_bootstraps_with_it()
    {
        var mcu = Start(platform: p => p with { AutoProvision = false });
        var body = $$$"""{"title":"t","protocol":"LWM2M","auth_info":{"{{{Imei}}}":"{{{Imsi}}}"},"psk":"1234abcd"}""";
        Assert.That(mcu.Json(mcu.Call("POST", "/devices", body)).GetProperty("data").GetProperty("psk").GetString(), Is.EqualTo("1234abcd"));
        Open(mcu, Bootstrap.Replace("1234abcd", "1234abcx", StringComparison.Ordinal));
        Assert.That(mcu.Next(4), Is.EqualTo("+MIPLEVENT:0,3"));
        mcu.Command("AT+MIPLDELETE=0");
        Open(mcu, Bootstrap);
        Assert.That(mcu.Next(2), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(mcu.Next(2), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [Test]
    public void A_downlink_counts_as_traffic()
    {
        var mcu = Registered();
        mcu.Advance(100);
        mcu.Call("GET", $"/nbiot?imei={Imei}&obj_id=3200&obj_inst_id=0&res_id=5750");
        mcu.Await("+MIPLREAD:0,", 5); // the MCU does not answer
        mcu.Advance(100);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(1), Is.EqualTo("+MIPLEVENT:0,26,1"), "no new handshake: 100 s are not 120");
    }

    [Test]
    public void A_server_that_says_nothing_is_told_in_words_too()
    {
        var mcu = Start();
        mcu.World.Passes = (up, _) => up;
        Open(mcu, Direct, timeout: 10);
        Assert.That(mcu.Next(11), Is.EqualTo("+MIPLEVENT:0,7"));
        Assert.That(mcu.World.Trace, Has.Some.Contains("the handshake got no answer in time"));
    }
}
