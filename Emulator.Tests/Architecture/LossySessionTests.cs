using System.Globalization;
using System.Text.RegularExpressions;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using M531x.Lwm2m.Client;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Architecture;

/// <summary>Whole sessions over a network that loses 30 % each way: whatever is lost, everything ends once.</summary>
public sealed class LossySessionTests
{
    [Test]
    public void Every_command_ack_id_and_call_ends_once([Range(1, 200, 20)] int firstSeed)
    {
        var (closed, acknowledged, failed, repeated) = (0, 0, 0, 0);
        for (var seed = firstSeed; seed < firstSeed + 20; seed++)
        {
            var program = new Program((ulong)seed);
            closed += program.Run() ? 1 : 0;
            acknowledged += program.Acknowledged;
            failed += program.Failed;
            repeated += program.Repeated;
        }
        Assert.That(closed, Is.GreaterThan(15), "the network is not dead");
        Assert.That(acknowledged, Is.GreaterThan(100));
        Assert.That(failed, Is.GreaterThan(5), "and not perfect");
        Assert.That(repeated, Is.GreaterThan(0), "and slow programs see downlinks again");
    }

    /// <summary>A program on the MCU, as drivers in the field are written.</summary>
    sealed class Program
    {
        const double Loss = 0.3;

        readonly Mcu _mcu;
        readonly string _seed;
        readonly List<string> _lines = [];
        readonly List<long> _calls = [];
        readonly HashSet<int> _ackIds = [];
        readonly List<(TimeSpan Due, string Command)> _owed = [];

        /// <summary>Answers after the platform has asked again: every other program does.</summary>
        readonly bool _isSlow;

        public Program(ulong seed)
        {
            _seed = $"seed {seed}";
            _isSlow = seed % 2 == 0;
            _mcu = new Mcu(new VirtualWorldOptions { Seed = seed });
            var random = new SeededRandom(seed).Fork("losses");
            _mcu.World.Passes = (_, _) => random.NextDouble() >= Loss;
        }

        /// <summary>True when the session came as far as a registration and a clean end.</summary>
        public bool Run()
        {
            Succeeds("AT+MIPLCREATE");
            Succeeds("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
            Succeeds("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
            var opened = Open();
            if (opened)
            {
                Work();
                Succeeds("AT+MIPLCLOSE=0");
            }
            Pass(400);
            Check(opened);
            return opened && _lines.Contains("+MIPLEVENT:0,15");
        }

        /// <summary>Reports that arrived, and those that failed.</summary>
        public int Acknowledged => Matches(@"^\+MIPLEVENT:0,26,").Count();
        public int Failed => Matches(@"^\+MIPLEVENT:0,25,").Count();

        /// <summary>Downlinks that were shown more than once.</summary>
        public int Repeated => _lines.Count(IsDownlink) - _lines.Where(IsDownlink).Distinct().Count();

        bool Open()
        {
            for (var tries = 0; tries < 5; tries++)
            {
                Succeeds("AT+MIPLOPEN=0,86400,60");
                for (var waited = 0; waited < 70; waited++)
                {
                    Pass(1);
                    if (_lines.Contains("+MIPLEVENT:0,6"))
                        return true;
                }
                Assert.That(_mcu.World.Module.Mipl.Status!.State, Is.EqualTo(ClientState.Idle), _seed);
                Assert.That(_lines[^1], Is.EqualTo("+MIPLEVENT:0,3").Or.EqualTo("+MIPLEVENT:0,7"), _seed);
            }
            return false;
        }

        void Work()
        {
            for (var ack = 1; ack <= 12; ack++)
            {
                var final = Final($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,{ack}");
                if (final == "OK")
                    _ackIds.Add(ack);
                else
                    Assert.That(final, Is.EqualTo("+CIS ERROR:652"), _seed);
                if (ack == 4)
                    _calls.Add(_mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750&timeout=40"));
                if (ack == 8)
                    _calls.Add(_mcu.Call("POST", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=1&timeout=40", "{\"data\":[{\"res_id\":5750,\"val\":\"efgh\"}]}"));
                if (ack == 10)
                    Assert.That(Final("AT+MIPLUPDATE=0,86400,1"), Is.EqualTo("OK").Or.EqualTo("+CIS ERROR:652"), _seed);
                Pass(12);
            }
            // Ten that wait take at most 93 s each; then the Update may follow.
            Pass(1200);
        }

        void Check(bool opened)
        {
            var status = _mcu.World.Module.Mipl.Status!;
            Assert.That(status.State, Is.EqualTo(ClientState.Idle), _seed);
            Assert.That((status.Operations, status.HeldValues, status.FollowUps), Is.EqualTo((0, 0, 0)), _seed);
            Assert.That(_mcu.World.Module.NextDeadline, Is.EqualTo(TimeSpan.MaxValue), $"{_seed}: nothing is left to do");

            var ends = Matches(@"^\+MIPLEVENT:0,2[56],(\d+)$").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
            Assert.That(ends, Is.EquivalentTo(_ackIds), $"{_seed}: every ack id has one event");
            foreach (var call in _calls)
                Assert.That(_mcu.World.Answer(call), Is.Not.Null, $"{_seed}: every call is answered");
            // A retransmitted read, write or execute is shown again; nothing else is.
            foreach (var line in _lines.Where(l => l.StartsWith("+MIPLOBSERVE", StringComparison.Ordinal) || l.StartsWith("+MIPLDISCOVER", StringComparison.Ordinal)))
                Assert.That(_lines.Count(l => l == line), Is.EqualTo(1), $"{_seed}: {line}");
            foreach (var once in new[] { "+MIPLEVENT:0,2", "+MIPLEVENT:0,6", "+MIPLEVENT:0,15" })
                Assert.That(_lines.Count(l => l == once), Is.LessThanOrEqualTo(1), $"{_seed}: {once}");
            Assert.That(_lines.Count(l => Regex.IsMatch(l, @"^\+MIPLEVENT:0,1[123]$")), Is.LessThanOrEqualTo(1), $"{_seed}: one end of the Update");
            Assert.That(_lines.Contains("+MIPLEVENT:0,6"), Is.EqualTo(opened), _seed);
        }

        void Succeeds(string command) => Assert.That(Final(command), Is.EqualTo("OK"), $"{_seed}: {command}");

        /// <summary>The final line of a command, which comes before time passes; information lines pass.</summary>
        string Final(string command)
        {
            _mcu.Send(command);
            string? final = null;
            foreach (var line in _mcu.Take())
            {
                if (final is null && (line is "OK" or "ERROR" || line.StartsWith("+CIS ERROR:", StringComparison.Ordinal)))
                    final = line;
                else
                    Heard(line);
            }
            Assert.That(final, Is.Not.Null, $"{_seed}: {command} does not end");
            return final!;
        }

        void Pass(double seconds)
        {
            for (var passed = 0.0; passed < seconds; passed += 0.5)
            {
                _mcu.Advance(0.5);
                foreach (var line in _mcu.Take())
                    Heard(line);
                foreach (var owed in _owed.Where(o => o.Due <= _mcu.World.Now).ToList())
                {
                    _owed.Remove(owed);
                    Answer(owed.Command);
                }
            }
        }

        /// <summary>Answers what asks for an answer, at once or after a while.</summary>
        void Heard(string line)
        {
            Assert.That(line, Does.StartWith("+MIPL"), _seed);
            _lines.Add(line);
            var fields = line.Split(':', ',');
            if (line.StartsWith("+MIPLREAD:", StringComparison.Ordinal) && fields[3] == "3200")
                Owe($"AT+MIPLREADRSP=0,{fields[2]},1,3200,0,5750,1,4,\"ijkl\",0,0");
            else if (line.StartsWith("+MIPLWRITE:", StringComparison.Ordinal))
                Owe($"AT+MIPLWRITERSP=0,{fields[2]},2");
        }

        void Owe(string command)
        {
            if (!_isSlow)
                Answer(command);
            else if (!_owed.Exists(o => o.Command == command))
                _owed.Add((_mcu.World.Now + TimeSpan.FromSeconds(8), command));
        }

        static bool IsDownlink(string line) => Regex.IsMatch(line, @"^\+MIPL(READ|WRITE):0,\d+,3200,");

        void Answer(string command) => Assert.That(Final(command), Is.EqualTo("OK").Or.EqualTo("+CIS ERROR:602"), $"{_seed}: {command}");

        IEnumerable<Match> Matches(string pattern) => _lines.Select(l => Regex.Match(l, pattern)).Where(m => m.Success);
    }
}
