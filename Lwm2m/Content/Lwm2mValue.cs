namespace M531x.Lwm2m.Content;

/// <summary>Data types of a resource value, numbered as AT+MIPLNOTIFY's &lt;type&gt; (manual §1.9).</summary>
public enum Lwm2mType
{
    String = 1,
    Opaque = 2,
    Integer = 3,
    Float = 4,
    Boolean = 5,
}

/// <summary>A typed resource value. Compares by content.</summary>
public abstract record Lwm2mValue
{
    public abstract Lwm2mType Type { get; }

    public static Lwm2mValue Of(string text) => new StringValue(text);
    public static Lwm2mValue Of(byte[] bytes) => new OpaqueValue(bytes);
    public static Lwm2mValue Of(long number) => new IntegerValue(number);
    public static Lwm2mValue Of(double number) => new FloatValue(number);
    public static Lwm2mValue Of(bool truth) => new BooleanValue(truth);
}

/// <summary>Text, and through <see cref="TextBytes"/> any bytes that are sent as a string: what was read leaves unchanged.</summary>
public sealed record StringValue(string Text) : Lwm2mValue
{
    public override Lwm2mType Type => Lwm2mType.String;
}

/// <summary>Bytes without meaning to the protocol.</summary>
public sealed record OpaqueValue(ReadOnlyMemory<byte> Bytes) : Lwm2mValue
{
    public override Lwm2mType Type => Lwm2mType.Opaque;

    public bool Equals(OpaqueValue? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }
}

/// <summary>A signed number of up to 64 bits.</summary>
public sealed record IntegerValue(long Number) : Lwm2mValue
{
    public override Lwm2mType Type => Lwm2mType.Integer;
}

/// <summary>A number held in double precision; TLV carries it in single precision when that can hold its size.</summary>
public sealed record FloatValue(double Number) : Lwm2mValue
{
    public override Lwm2mType Type => Lwm2mType.Float;
}

/// <summary>A multiple resource: resource instance ids with their values, all of one type (LwM2M 1.0 §6.4.3).</summary>
public sealed record MultipleValue(IReadOnlyList<(int Id, Lwm2mValue Value)> Items) : Lwm2mValue
{
    public override Lwm2mType Type => Items.Count == 0 ? Lwm2mType.Opaque : Items[0].Value.Type;
}

public sealed record BooleanValue(bool Truth) : Lwm2mValue
{
    public override Lwm2mType Type => Lwm2mType.Boolean;
}
