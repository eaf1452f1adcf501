namespace M531x.Lwm2m;

public enum TraceFieldType
{
    Text,
    Number,
    Truth,
}

/// <summary>A named value of a traced event. It is made from a pair: <c>("mid", 4711)</c>. No secret may be in it.</summary>
public readonly record struct TraceField
{
    TraceField(string name, TraceFieldType type, string? text, long number)
    {
        Name = name;
        Type = type;
        Text = text;
        Number = number;
    }

    public string Name { get; }
    public TraceFieldType Type { get; }

    /// <summary>The value of a text; null for one that is absent.</summary>
    public string? Text { get; }

    /// <summary>The value of a number; 0 or 1 for a truth.</summary>
    public long Number { get; }

    public bool IsAbsent => Type == TraceFieldType.Text && Text is null;

    public static implicit operator TraceField((string Name, string? Text) field) => new(field.Name, TraceFieldType.Text, field.Text, 0);

    public static implicit operator TraceField((string Name, long Number) field) => new(field.Name, TraceFieldType.Number, null, field.Number);

    public static implicit operator TraceField((string Name, int Number) field) => new(field.Name, TraceFieldType.Number, null, field.Number);

    public static implicit operator TraceField((string Name, bool Truth) field) => new(field.Name, TraceFieldType.Truth, null, field.Truth ? 1 : 0);
}
