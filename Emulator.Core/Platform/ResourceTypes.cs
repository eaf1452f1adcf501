using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>
/// Types of well-known resources. TLV values carry no type on the wire; OneNET knows it from the object's model. This table covers
/// OMA objects 1, 3, 4, 5 and 6 and the reusable IPSO resources (5500 and up, in any object). Other resources are shown as text when
/// their bytes are printable UTF-8, otherwise as hexadecimal digits.
/// </summary>
static class ResourceTypes
{
    static readonly Dictionary<(int Object, int Resource), Lwm2mType> Oma = Build();
    static readonly Dictionary<int, Lwm2mType> Ipso = BuildIpso();

    /// <summary>The resource's type, or null when it is not a well-known one.</summary>
    public static Lwm2mType? Find(int objectId, int resource) =>
        Oma.TryGetValue((objectId, resource), out var type) || Ipso.TryGetValue(resource, out type) ? type : null;

    static Dictionary<(int, int), Lwm2mType> Build()
    {
        var table = new Dictionary<(int, int), Lwm2mType>();
        Add(1, Lwm2mType.Integer, 0, 1, 2, 3, 5);
        Add(1, Lwm2mType.Boolean, 6);
        Add(1, Lwm2mType.String, 7);
        Add(3, Lwm2mType.String, 0, 1, 2, 3, 14, 15, 16, 17, 18, 19);
        Add(3, Lwm2mType.Integer, 6, 7, 8, 9, 10, 11, 13, 20, 21);
        Add(3, Lwm2mType.Integer, 26260, 26261);
        Add(4, Lwm2mType.Integer, 0, 1, 2, 3, 6, 8, 9, 10, 6038);
        Add(10290, Lwm2mType.Integer, 0, 6, 30, 31, 32, 6032, 6034, 20626);
        Add(4, Lwm2mType.String, 4, 5, 7);
        Add(5, Lwm2mType.Opaque, 0);
        Add(5, Lwm2mType.String, 1, 6, 7);
        Add(5, Lwm2mType.Integer, 3, 5, 8, 9);
        Add(6, Lwm2mType.Float, 0, 1, 2, 3);
        Add(6, Lwm2mType.Integer, 5);
        return table;

        void Add(int objectId, Lwm2mType type, params ReadOnlySpan<int> resources)
        {
            foreach (var resource in resources)
                table[(objectId, resource)] = type;
        }
    }

    static Dictionary<int, Lwm2mType> BuildIpso()
    {
        var table = new Dictionary<int, Lwm2mType>();
        Add(Lwm2mType.Boolean, 5500, 5502, 5532, 5533, 5850);
        Add(Lwm2mType.Integer, 5501, 5503, 5504, 5506, 5518, 5526, 5528, 5529, 5534, 5824, 5825, 5826, 5851, 5852);
        Add(Lwm2mType.Opaque, 5505, 5516, 5517, 5522);
        Add(Lwm2mType.String, 5513, 5514, 5515, 5523, 5527, 5535, 5701, 5706, 5707, 5750, 5823, 5853);
        Add(Lwm2mType.Float, 5507, 5508, 5509, 5510, 5511, 5519, 5521, 5524, 5525, 5531, 5536, 5537, 5538, 5544, 5548,
            5600, 5601, 5602, 5603, 5604, 5650, 5700, 5702, 5703, 5704, 5705, 5708, 5709,
            5800, 5801, 5802, 5803, 5804, 5805, 5806, 5810, 5811, 5812, 5813, 5814, 5815, 5820, 5821, 5822, 5827, 5854, 5900);
        return table;

        void Add(Lwm2mType type, params ReadOnlySpan<int> resources)
        {
            foreach (var resource in resources)
                table[resource] = type;
        }
    }
}
