using M531x.Lwm2m.Client;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>The Server object's resources besides the lifetime, which is the client's (LwM2M 1.0 §E.2).</summary>
sealed class ServerSettings
{
    public const int ShortServerId = 0;
    public const int Lifetime = 1;
    public const int MinPeriod = 2;
    public const int MaxPeriod = 3;
    public const int Disable = 4;
    public const int DisableTimeout = 5;
    public const int Storing = 6;
    public const int Binding = 7;
    public const int UpdateTrigger = 8;

    readonly SortedDictionary<int, Lwm2mValue> _values = new()
    {
        [ShortServerId] = Lwm2mValue.Of(1L),
        [MinPeriod] = Lwm2mValue.Of(1L),
        [MaxPeriod] = Lwm2mValue.Of(0L),
        [DisableTimeout] = Lwm2mValue.Of(86400L),
        [Storing] = Lwm2mValue.Of(false),
        [Binding] = Lwm2mValue.Of("U"),
    };

    public IEnumerable<(int Resource, Lwm2mValue Value)> All => _values.Select(v => (v.Key, v.Value));

    /// <summary>Default pmin.</summary>
    public TimeSpan DefaultMinPeriod => Seconds(MinPeriod);

    /// <summary>Default pmax; zero is none.</summary>
    public TimeSpan DefaultMaxPeriod => Seconds(MaxPeriod);

    public TimeSpan DisableFor => Seconds(DisableTimeout);

    public static bool IsWritable(int resource) => resource is Lifetime or MinPeriod or MaxPeriod or DisableTimeout or Storing or Binding;

    public void Set(int resource, Lwm2mValue value) => _values[resource] = value;

    /// <summary>Reads a written value; false when it does not fit the resource.</summary>
    public static bool TryRead(WriteItem item, out Lwm2mValue value)
    {
        var type = item.Path.Resource switch
        {
            Storing => Lwm2mType.Boolean,
            Binding => Lwm2mType.String,
            _ => Lwm2mType.Integer,
        };
        var readable = item.Format == WriteFormat.Text
            ? TextValue.TryDecode(item.Bytes.Span, type, out value)
            : Tlv.TryDecodeValue(item.Bytes.Span, type, out value);
        return readable && item.Path.Resource switch
        {
            ShortServerId => value is IntegerValue { Number: > 0 and < ushort.MaxValue },
            Lifetime => value is IntegerValue { Number: > 0 and <= int.MaxValue },
            Binding => value is StringValue { Text: "U" }, // the module has no queue mode and no SMS
            Storing => true,
            _ => value is IntegerValue { Number: >= 0 and <= int.MaxValue },
        };
    }

    TimeSpan Seconds(int resource) => TimeSpan.FromSeconds(((IntegerValue)_values[resource]).Number);
}
