using System.Text.Json;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>The local OneNET updates an MCU's software, from the package given to its API to the version that runs.</summary>
public sealed class McuUpdateTests
{
    const string Path = $"/nbiot/sota?imei={Mcu.Imei}";

    static byte[] Package(int length, ulong seed = 1)
    {
        var package = new byte[length];
        new SeededRandom(seed).Fill(package);
        return package;
    }

    [Test]
    public void A_package_of_256_KB_arrives_block_by_block_and_the_new_version_runs()
    {
        var package = Package(256 * 1024);
        var board = new UpdatableBoard(new Mcu());
        board.Register("1.0");
        Assert.That(board.Start(package, "&version=2.0").GetProperty("step").GetString(), Is.EqualTo("begin"));
        var end = board.RunToEnd();
        Assert.That(board.Stored, Is.EqualTo(package));
        Assert.That(board.Flags, Is.EqualTo("1" + new string('2', 510) + "0"));
        Assert.That(end.GetRawText(), Is.EqualTo(
            """{"step":"succeeded","stored":262144,"total":262144,"restarts":0,"told":{"battery":90,"result":1,"space":256,"state":0,"version":"2.0","version_before":"1.0"},"reason":""}"""));
        Assert.That(board.Steps, Is.EqualTo(
            "X26550 R3,26261 R3,19 R5,-1 R3,9 X26501 W R3,9 X2 X26550 R3,26261 R3,19 R5,-1 R3,9 E"), "the order of OneNET's document");
    }

    [Test]
    public void Loss_of_a_fifth_of_all_datagrams_costs_time_and_nothing_else()
    {
        var lost = 0;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var package = Package(5000, seed);
            var board = new UpdatableBoard(new Mcu(new() { Seed = seed }));
            board.Register("1.0");
            var random = new SeededRandom(seed).Fork("losses");
            board.Mcu.World.Passes = (_, _) => random.NextDouble() >= 0.2 || ++lost < 0;
            board.Start(package);
            var end = board.RunToEnd();
            Assert.That(end.GetProperty("step").GetString(), Is.EqualTo("succeeded"), $"seed {seed} {end}");
            Assert.That(board.Stored, Is.EqualTo(package), $"seed {seed}");
        }
        Assert.That(lost, Is.GreaterThan(200), "the network is not perfect");
    }

    /// <summary>The module forgets a transfer that rests for EXCHANGE_LIFETIME, 247 s (RFC 7252 §4.8.2); then everything begins anew.</summary>
    [TestCase(130, 0)]
    [TestCase(290, 1)]
    public void After_an_interruption_it_goes_on_as_soon_as_the_device_updates(double seconds, int restarts)
    {
        var package = Package(20_000);
        var board = new UpdatableBoard(new Mcu());
        board.Register("1.0");
        board.Start(package);
        board.RunUntil(() => board.Stored.Count >= 5000);
        board.Mcu.World.Passes = (_, _) => false;
        board.Run(seconds);
        Assert.That(board.Stored, Has.Count.LessThan(6000));
        board.Mcu.World.Passes = (_, _) => true;
        board.Run(30);
        Assert.That(board.Stored, Has.Count.LessThan(6000), "the network has forgotten the device's address");
        Assert.That(board.Mcu.Ask("AT+MIPLUPDATE=0,0,0"), Is.EqualTo("OK"));
        var end = board.RunToEnd();
        Assert.That((end.GetProperty("restarts").GetInt32(), end.GetProperty("step").GetString()), Is.EqualTo((restarts, "succeeded")), end.ToString());
        Assert.That(board.Stored, Is.EqualTo(package));
        Assert.That(board.Flags.Count(f => f == '1'), Is.EqualTo(1 + restarts));
    }

    [Test]
    public void A_device_that_lost_its_power_gets_everything_anew()
    {
        var package = Package(20_000);
        var board = new UpdatableBoard(new Mcu());
        board.Register("1.0");
        board.Start(package);
        board.RunUntil(() => board.Stored.Count >= 5000);
        board.Mcu.World.Reset(ResetCause.Pin);
        board.Run(30);
        board.Register("1.0");
        Assert.That((board.RunToEnd().GetProperty("restarts").GetInt32(), board.Show().GetProperty("step").GetString()), Is.EqualTo((1, "succeeded")));
        Assert.That(board.Stored, Is.EqualTo(package));
    }

    [Test]
    public void A_restart_that_registers_anew_ends_the_update_too()
    {
        var board = new UpdatableBoard(new Mcu()) { RestartsModule = true };
        board.Register("1.0");
        board.Start(Package(600), "&version=2.0");
        Assert.That(board.RunToEnd().GetProperty("step").GetString(), Is.EqualTo("succeeded"));
        Assert.That(board.Stored, Has.Count.EqualTo(600));
    }

    [TestCase("&version=3.0", 1, 1, "the MCU's version is 2.0, not 3.0")]
    [TestCase("", 1, 2, "the MCU's result is 2")]
    [TestCase("", 2, 1, "/5/0/0 was answered 5.00")]
    public void What_goes_wrong_is_told(string query, int storing, int result, string reason)
    {
        var board = new UpdatableBoard(new Mcu()) { Storing = storing, Result = result };
        board.Register("1.0");
        board.Start(Package(2000), query);
        var end = board.RunToEnd();
        Assert.That((end.GetProperty("step").GetString(), end.GetProperty("reason").GetString()), Is.EqualTo(("failed", reason)));
        board.Start(Package(100));
        Assert.That(board.Show().GetProperty("step").GetString(), Is.Not.EqualTo("failed"), "another try begins anew");
    }

    [Test]
    public void A_device_that_stays_silent_fails_it_after_ten_minutes()
    {
        var board = new UpdatableBoard(new Mcu());
        board.Register("1.0");
        board.Start(Package(2000));
        board.RunUntil(() => board.Stored.Count > 0);
        board.Mcu.World.Passes = (_, _) => false;
        board.Run(590);
        Assert.That(board.Show().GetProperty("step").GetString(), Is.EqualTo("package"));
        board.Run(20);
        Assert.That(board.Show().GetProperty("reason").GetString(), Is.EqualTo("nothing from the device for 10 minutes"));
    }

    [Test]
    public void It_can_be_cancelled_and_there_is_one_at_a_time()
    {
        var board = new UpdatableBoard(new Mcu());
        board.Register("1.0");
        Assert.That(board.Answer("GET"), Does.Contain("none was started"));
        board.Start(Package(9000));
        Assert.That(board.Answer("POST", Package(10)), Does.Contain("5006").And.Contain("under way"));
        board.RunUntil(() => board.Stored.Count > 0);
        Assert.That(board.Answer("DELETE"), Does.Contain("\"cancelled\""));
        var stored = board.Stored.Count;
        board.Run(100);
        Assert.That(board.Stored, Has.Count.LessThanOrEqualTo(stored + 512));
        Assert.That(board.Answer("DELETE"), Does.Contain("none is under way"));
    }

    [Test]
    public void What_cannot_begin_is_refused_with_the_reason()
    {
        var board = new UpdatableBoard(new Mcu());
        Assert.That(board.Answer("POST", Package(10)), Does.Contain("2001"), "offline");
        board.Register(version: null);
        Assert.That(board.Answer("POST", Package(10)), Does.Contain("5106").And.Contain("AT+MIPLSOTAVER"));
        Assert.That(board.Answer("POST"), Does.Contain("parameter required: body"));
        Assert.That(board.Answer("POST", Package(262145)), Does.Contain("5006").And.Contain("262145 bytes, over 262144"));
        Assert.That(board.Answer("PUT"), Does.Contain("method not allowed"));
        Assert.That(board.Mcu.Answer(board.Mcu.Call("GET", "/nbiot/sota?imei=1")), Does.Contain("no device with imei 1"));
        Assert.That(board.Mcu.Answer(board.Mcu.Call("GET", "/nbiot/sota")), Does.Contain("parameter required: imei"));
    }

    /// <summary>A board whose MCU takes its software over object 5 as the document has it.</summary>
    sealed class UpdatableBoard(Mcu mcu)
    {
        readonly List<string> _steps = [];
        readonly HashSet<string> _answered = [];
        string _version = "";

        public Mcu Mcu => mcu;
        public List<byte> Stored { get; } = [];

        /// <summary>The flags of the blocks as they came.</summary>
        public string Flags { get; private set; } = "";

        /// <summary>What the platform asked for, without repetitions of one message; W for the package.</summary>
        public string Steps => string.Join(' ', _steps);

        /// <summary>What the MCU says of each block: 1 stored, 2 failed.</summary>
        public int Storing { get; init; } = 1;

        /// <summary>5/0/5 after the restart.</summary>
        public int Result { get; init; } = 1;

        /// <summary>The module loses its power with the MCU, else the MCU restarts alone.</summary>
        public bool RestartsModule { get; init; }

        public void Register(string? version)
        {
            _version = version ?? "";
            mcu.Command("AT+MIPLCREATE");
            mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
            if (version is not null)
                Assert.That(mcu.Ask($"AT+MIPLSOTAVER=\"{version}\""), Is.EqualTo("OK"));
            mcu.Command("AT+MIPLOPEN=0,86400,60");
            mcu.Await("+MIPLEVENT:0,6");
        }

        public string Answer(string method, byte[]? body = null) => mcu.Answer(mcu.Call(method, Path, body ?? []));

        public JsonElement Start(byte[] package, string query = "") => mcu.Json(mcu.Call("POST", Path + query, package)).GetProperty("data");

        public JsonElement Show() => mcu.Json(mcu.Call("GET", Path)).GetProperty("data");

        public JsonElement RunToEnd()
        {
            RunUntil(() => Show().GetProperty("step").GetString() is "succeeded" or "failed");
            return Show();
        }

        public void Run(double seconds)
        {
            var end = mcu.World.Now + TimeSpan.FromSeconds(seconds);
            RunUntil(() => mcu.World.Now >= end);
        }

        public void RunUntil(Func<bool> condition)
        {
            for (var steps = 0; !condition(); steps++)
            {
                Assert.That(steps, Is.LessThan(100_000), "it never ends");
                mcu.Advance(0.5);
                foreach (var line in mcu.Take())
                    Act(line);
            }
        }

        void Act(string line)
        {
            var fields = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',');
            if (line.StartsWith("+MIPLEXECUTE:", StringComparison.Ordinal))
                Execute(fields[1], fields[4]);
            else if (line.StartsWith("+MIPLREAD:", StringComparison.Ordinal))
                Read(fields[1], fields[2], fields[4]);
            else if (line.StartsWith("+MIPLWRITE:", StringComparison.Ordinal))
                Store(fields[1], fields[7], fields[8]);
        }

        void Execute(string mid, string resource)
        {
            var isNew = Note(mid, $"X{resource}");
            if (resource == "26501")
            {
                if (isNew)
                    Stored.Clear();
                mcu.Command("AT+MIPLSOTA=3");
                return;
            }
            mcu.Command($"AT+MIPLEXECUTERSP=0,{mid},2");
            if (resource != "2" || _version == "2.0")
                return;
            _version = "2.0";
            if (!RestartsModule)
            {
                mcu.Advance(20);
                mcu.Command("AT+MIPLUPDATE=0,0,0");
                return;
            }
            mcu.Advance(5);
            mcu.World.Reset(ResetCause.Pin);
            mcu.Advance(30);
            Register("2.0");
        }

        void Read(string mid, string objectId, string resource)
        {
            if (objectId == "3" && resource == "-1")
                return;
            Note(mid, $"R{objectId},{resource}");
            switch (resource)
            {
                case "26261":
                    mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3,0,26261,3,3,\"256\",0,0");
                    break;
                case "19":
                    mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3,0,19,1,3,\"{_version}\",0,0");
                    break;
                case "9":
                    mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3,0,9,3,2,\"90\",0,0");
                    break;
                default:
                    mcu.Command($"AT+MIPLREADRSP=0,{mid},1,5,0,3,3,1,\"0\",1,1");
                    mcu.Command($"AT+MIPLREADRSP=0,{mid},1,5,0,5,3,1,\"{(_version == "2.0" ? Result : 0)}\",0,0");
                    break;
            }
        }

        void Store(string mid, string hex, string flag)
        {
            if (hex.Length == 0)
            {
                Note(mid, "E");
                mcu.Command($"AT+MIPLWRITERSP=0,{mid},2");
                return;
            }
            if (_steps[^1] != "W")
                _steps.Add("W");
            if (_answered.Add(mid))
            {
                if (flag == "1")
                    Stored.Clear();
                Stored.AddRange(Convert.FromHexString(hex));
                Flags += flag;
            }
            mcu.Command($"AT+MIPLSOTA={Storing}");
        }

        bool Note(string mid, string step)
        {
            if (!_answered.Add(mid))
                return false;
            _steps.Add(step);
            return true;
        }
    }
}
