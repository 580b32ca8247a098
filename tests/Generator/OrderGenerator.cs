using System.Buffers.Binary;
using System.Globalization;
using Orchestrator.Contracts.Orders;
using Orchestrator.Testing;

namespace Orchestrator.Tests.Generator;

/// <summary>Orders that look like those of a shop. Each depends only on the seed and its index.</summary>
/// <param name="seed">Another seed gives other orders, with other ids and numbers.</param>
/// <param name="skus">The number of SKUs that the shop sells. A few of them are in great demand.</param>
public sealed class OrderGenerator(ulong seed, int skus)
{
    const int FirstNumber = 10248;
    static readonly DateTimeOffset Opening = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A value that is listed more often is more common.
    static readonly string[] Currencies = ["USD", "USD", "USD", "USD", "EUR", "EUR", "EUR", "GBP", "JPY", "KWD"];

    // A country with a sample of its postal codes: # stands for a digit, @ for a letter.
    static readonly (string Country, string? PostalCode)[] Countries =
    [
        ("USA", "#####"), ("USA", "#####-####"), ("Germany", "#####"), ("Germany", "#####"), ("France", "#####"), ("Brazil", "#####-###"),
        ("UK", "@@# #@@"), ("Canada", "@#@ #@#"), ("Austria", "####"), ("Switzerland", "####"), ("Sweden", "S-### ##"),
        ("Poland", "##-###"),
        ("Japan", "###-####"), ("Kuwait", "#####"), ("Ireland", null), ("Côte d'Ivoire", null),
    ];

    static readonly string[] NotDeliveredTo = ["Antarctica", "Bouvet Island", "Heard Island and McDonald Islands"];

    /// <summary>The name of a SKU.</summary>
    /// <param name="index">From 0.</param>
    public static string Sku(int index) => string.Create(CultureInfo.InvariantCulture, $"NW-{index + 1}");

    /// <summary>One order.</summary>
    /// <param name="index">The index, from 0. The number of the order and its time rise with it.</param>
    public OrderSubmitted Order(int index)
    {
        var random = new SplitMix64(new SplitMix64(seed ^ ((ulong)index << 32)).Next());
        var placedAt = Opening.AddSeconds(index * 7L + random.Below(7));
        return new OrderSubmitted(
            Id(placedAt, ref random),
            string.Create(CultureInfo.InvariantCulture, $"{seed}-{FirstNumber + (long)index}"),
            Customer(ref random),
            placedAt,
            random.Of(Currencies),
            Lines(ref random),
            Destination(ref random));
    }

    /// <summary>A version-7 UUID of the time the order was placed.</summary>
    static Guid Id(DateTimeOffset placedAt, ref SplitMix64 random)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)placedAt.ToUnixTimeMilliseconds() << 16) | 0x7000 | (random.Next() & 0x0fff));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (random.Next() >> 2) | 0x8000_0000_0000_0000);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Three of a hundred customers can't pay: the simulated acquirer refuses the hold or the capture.</summary>
    static string Customer(ref SplitMix64 random)
    {
        var name = Letters("@@@@@", ref random);
        return random.PerMille(20) ? $"DECLINE-{name}" : random.PerMille(10) ? $"NOCAPTURE-{name}" : name;
    }

    List<OrderLine> Lines(ref SplitMix64 random)
    {
        var lines = new List<OrderLine>();
        for (var left = 1 + random.Below(random.Below(6) + 1); left > 0; left--)
        {
            // The square makes the first SKUs popular.
            var place = random.Below(1 << 16);
            var sku = (int)((long)place * place * skus >> 32);
            lines.Add(new OrderLine(Sku(sku), 1 + random.Below(random.Of([3, 6, 12, 24])), Price(sku)));
        }

        if (random.PerMille(20))
            lines.Add(lines[0] with { Quantity = 1 + random.Below(4) }); // One SKU in two lines.
        if (random.PerMille(10))
            lines.Add(lines[0] with { Quantity = 1, UnitPrice = 0 }); // A free line.
        if (random.PerMille(3))
            lines.Add(lines[0] with { UnitPrice = 60_000 }); // More than the limit of the simulated acquirer.
        if (random.PerMille(3))
            lines.Add(new OrderLine("XX-0", 1, 9.99m)); // A SKU that is not in stock.
        return lines;
    }

    /// <summary>The price of the SKU: up to 200 units of the currency, with up to four decimals.</summary>
    static decimal Price(int sku)
    {
        var random = new SplitMix64((ulong)sku);
        var (decimals, scale) = random.Of([((byte)0, 1), ((byte)1, 10), ((byte)2, 100), ((byte)3, 1_000), ((byte)4, 10_000)]);
        return new decimal(1 + random.Below(200 * scale), 0, 0, false, decimals);
    }

    static ShipTo Destination(ref SplitMix64 random)
    {
        if (random.PerMille(10))
            return new ShipTo(random.Of(NotDeliveredTo), null);
        var (country, postalCode) = random.Of(Countries);
        return new ShipTo(country, postalCode is null ? null : Letters(postalCode, ref random));
    }

    static string Letters(string pattern, ref SplitMix64 random)
    {
        Span<char> text = stackalloc char[pattern.Length];
        for (var i = 0; i < text.Length; i++)
            text[i] = pattern[i] switch
            {
                '#' => (char)('0' + random.Below(10)),
                '@' => (char)('A' + random.Below(26)),
                var other => other,
            };
        return new string(text);
    }
}
