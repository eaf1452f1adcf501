using System.Globalization;
using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Tests.Coap;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Tests.Fuzz;

/// <summary>Bytes near enough to real ones to get past the first checks.</summary>
static class Garbage
{
    static readonly string[] Good =
    [
        "+MIPLCREATE", "+MIPLCREATEEX=\"183.230.40.40:5683\",0", "+MIPLCREATEEX=\"nbiotbt.heclouds.com\",1", "+MIPLDELETE=0",
        "+MIPLCREATE=49,130031F10003F2002304001100000000000000133138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0",
        "+MIPLADDOBJ=0,3200,1,\"1\",0,1", "+MIPLADDOBJ=0,3303,2,\"11\",6,1", "+MIPLDELOBJ=0,3303", "+MIPLDISCOVERRSP=0,3200,1,4,\"5750;5500\"",
        "+MIPLOPEN=0,3000,30", "+MIPLOPEN=0,60", "+MIPLOPEN?", "+MIPLUPDATE=0,0,1", "+MIPLUPDATE=0,60,0", "+MIPLCLOSE=0",
        "+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,147", "+MIPLNOTIFY=0,0,3200,0,5500,5,1,1,0,0", "+MIPLNOTIFY=0,0,3200,0,5700,4,4,23.5,1,1",
        "+MIPLNOTIFY=0,0,3200,0,5701,3,1,-70000,0,0,0", "+MIPLNOTIFY=0,0,3303,1,5700,2,4,\"DEADBEEF\",0,0x200,1",
        "+MIPLREADRSP=0,1,1,3200,0,5750,1,4,\"abcd\",0,0", "+MIPLREADRSP=0,1,11", "+MIPLWRITERSP=0,1,2", "+MIPLEXECUTERSP=0,1,2",
        "+MIPLPARAMETERRSP=0,1,2", "+MIPLOBSERVERSP=0,1,1", "+MIPLNMI=0,1,1", "+MIPLNMI=0,2,1", "+MIPLNMI=0,0,0", "+MIPLMGR=0", "+MIPLQMGR=0",
        "+MIPLUPDATESET=0,1", "+MIPLLTRDP", "+MIPLDEVINFO?", "+MIPLDTLSNAT=0,60", "+CFUN=0", "+CFUN=1", "+CGATT=0", "+CGATT=1", "+CEREG=2",
        "+NSOCR=DGRAM,17,0,1", "+NSOCR=STREAM,6,0,2", "+NSOCO=0,192.0.2.1,7", "+NSOST=0,192.0.2.1,7,2,AB01", "+NSOSD=0,2,AB01", "+NSORF=0,10", "+NSOCL=0",
        "+CMDNS=\"x.example\"", "+NPING=192.0.2.1,12,5000,2", "+CPSMS=1,,,\"00100100\",\"00000001\"", "+CEDRXS=1,5,\"0101\"",
        "E1", "E0", "+CMEE=1", "+NRB", "+CSQ;+CEREG?;I", "",
    ];

    static readonly string[] Arguments =
    [
        "0", "1", "-1", "3200", "65535", "65536", "4294967296", "99999999999999999999", "\"\"", "\"", "\"a,b\"", "\"5500;5501\"", "0x100", "0x",
        "?", "=", "1.5", "1e308", "-1e-308", "NaN", "FF", "F", "\"DEADBEEF\"", " ", "", "\"1\"", "\"11111111111111111111111111111111\"", "268435455",
        "9223372036854775807", "-9223372036854775808", "\"host:1\"", "\"::1\"", "coap://x:65535", "0:0", "1.2.3.4:5684",
    ];

    public static byte[] Serial(SeededRandom random)
    {
        var text = random.Next(10) switch
        {
            < 3 => $"AT{Good[random.Next(Good.Length)]}\r",
            < 5 => $"AT{WithMutatedArgument(Good[random.Next(Good.Length)], random)}\r",
            < 8 => Invented(random),
            8 => Long(random),
            _ => Noise(random, 1 + random.Next(60)),
        };
        if (random.Next(8) == 0)
            text = Broken(text, random);
        return Encoding.Latin1.GetBytes(text);
    }

    static string WithMutatedArgument(string command, SeededRandom random)
    {
        var equals = command.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return command + "=" + Argument(random);
        var arguments = command[(equals + 1)..].Split(',');
        arguments[random.Next(arguments.Length)] = Argument(random);
        return command[..(equals + 1)] + string.Join(',', arguments);
    }

    /// <summary>A row with arguments of its kinds, in range or at the edges.</summary>
    static string Invented(SeededRandom random)
    {
        var row = CommandTable.Rows[random.Next(CommandTable.Rows.Count)];
        var form = random.Next(8);
        if (form < 3)
            return $"AT{row.Name}{(form == 0 ? "" : form == 1 ? "?" : "=?")}\r";
        var count = Math.Max(0, row.Parameters.Count - random.Next(3) + random.Next(2));
        var arguments = Enumerable.Range(0, count).Select(i => i < row.Parameters.Count && random.Next(6) > 0 ? Fitting(row.Parameters[i], random) : Argument(random));
        return $"AT{row.Name}={string.Join(',', arguments)}\r";
    }

    static string Fitting(AtParameter parameter, SeededRandom random)
    {
        switch (parameter.Kind)
        {
            case AtParameterKind.Integer:
                long[] edges = [parameter.Min, parameter.Min + 1, parameter.Max, 0, 1, 3200, 5750];
                return edges[random.Next(edges.Length)].ToString(CultureInfo.InvariantCulture);
            case AtParameterKind.Hex:
                var bytes = new byte[random.Next(60)];
                random.Fill(bytes);
                return Convert.ToHexString(bytes);
            case AtParameterKind.Flag:
                return Choose(random, "0", "1", "2", "0x200");
            default:
                return random.Next(2) == 0 ? $"\"{new string('x', random.Next(1100))}\"" : Argument(random);
        }
    }

    static string Argument(SeededRandom random) => Arguments[random.Next(Arguments.Length)];

    static string Choose(SeededRandom random, params string[] from) => from[random.Next(from.Length)];

    static string Long(SeededRandom random)
    {
        var length = 4000 + random.Next(6000);
        return Choose(random, "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"", "AT+MIPLCREATE=1000,", "AT", "") + new string((char)(0x20 + random.Next(0x5F)), length) + "\"\r";
    }

    static string Noise(SeededRandom random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    static string Broken(string text, SeededRandom random)
    {
        var at = random.Next(text.Length);
        return random.Next(5) switch
        {
            0 => text[..at] + "\0" + text[at..],
            1 => text[..at] + (char)(0x80 + random.Next(0x80)) + text[at..],
            2 => text[..at] + "\"" + text[at..],
            3 => text[..at] + "\b\b\u007F" + text[at..],
            _ => text[..at] + Noise(random, 3),
        };
    }

    /// <summary>A CoAP message that suits some state of a session, mutated more often than not.</summary>
    public static byte[] Datagram(SeededRandom random)
    {
        if (random.Next(8) == 0)
            return Encoding.Latin1.GetBytes(Noise(random, random.Next(40)));
        if (random.Next(6) == 0)
            return Mutation.Of(random);
        var bytes = CoapCodec.Encode(Message(random));
        return random.Next(2) == 0 ? bytes : Mutated(bytes, random);
    }

    static byte[] Mutated(byte[] bytes, SeededRandom random)
    {
        for (var n = 1 + random.Next(3); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            bytes = random.Next(3) switch
            {
                0 => bytes[..Math.Max(1, at)],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
            };
        }
        return bytes;
    }

    static CoapMessage Message(SeededRandom random)
    {
        byte[] codes = [0x01, 0x02, 0x03, 0x04, 0x41, 0x42, 0x44, 0x45, 0x5F, 0x80, 0x83, 0x84, 0xA0];
        var token = new byte[random.Next(9)];
        random.Fill(token);
        List<CoapOption> options = [];
        foreach (var segment in Choose(random, "", "bs", "rd", "rd/5f3a9c01", "0", "0/0", "1/0/5", "3/0", "3200", "3200/0", "3200/0/5750", "10290/0", "3303/1/5700").Split('/', StringSplitOptions.RemoveEmptyEntries))
            options.Add(CoapOptions.Text(CoapOptionNumber.UriPath, segment));
        if (random.Next(3) == 0)
            options.Add(CoapOptions.UInt(CoapOptionNumber.Observe, (uint)random.Next(3)));
        if (random.Next(3) == 0)
            options.Add(CoapOptions.UInt(CoapOptionNumber.ContentFormat, new uint[] { 0, 40, 42, 1542, 11542, 7 }[random.Next(6)]));
        if (random.Next(4) == 0)
            options.Add(CoapOptions.UInt(CoapOptionNumber.Accept, new uint[] { 0, 40, 42, 1542, 11542 }[random.Next(5)]));
        if (random.Next(4) == 0)
            options.Add(CoapOptions.Text(CoapOptionNumber.UriQuery, Choose(random, "ep=869975030000461;460041064826326", "lt=60", "pmin=1", "pmax=9999999999", "gt=1e400", "b=U", "lt=99999999999")));
        if (random.Next(5) == 0)
            options.Add(CoapOptions.Block(random.Next(2) == 0 ? CoapOptionNumber.Block1 : CoapOptionNumber.Block2, new CoapBlock(random.Next(4), random.Next(2) == 0, random.Next(7))));
        if (random.Next(5) == 0)
            options.Add(CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"));
        return new CoapMessage
        {
            Type = (CoapType)random.Next(4),
            Code = new CoapCode(random.Next(6) == 0 ? (byte)random.Next(256) : codes[random.Next(codes.Length)]),
            MessageId = random.NextUInt16(),
            Token = token,
            Options = [.. options.OrderBy(o => o.Number)],
            Payload = Payload(random),
        };
    }

    static byte[] Payload(SeededRandom random)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                return [];
            case 2:
                return Encoding.ASCII.GetBytes(Choose(random, "abcd", "-1", "1.5", "</>;rt=\"oma.lwm2m\",</3200/0>,</3303/0>,</3303/1>", "</3200>,</3200/0>,</3200/0/5750>", "<", "coap://1.2.3.4:5683"));
            case 3:
                // TLV: Resource 5750 with some bytes, an instance around it at times.
                byte[] resource = [0xE0 | 4, 0x16, 0x76, 1, 2, 3, 4];
                return random.Next(2) == 0 ? resource : [0x07, 0x00, .. resource];
            case 4:
                // TLV: a server's URI.
                var uri = Encoding.ASCII.GetBytes(Choose(random, "coap://183.230.40.40:5683", "coap://x:0", "coaps://[::1]:5684", "coap://:1", "http://a"));
                return [0xC8, 0x00, (byte)uri.Length, .. uri];
            default:
                return Encoding.Latin1.GetBytes(Noise(random, random.Next(random.Next(10) == 0 ? 1400 : 60)));
        }
    }
}
