using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Local.Faults;

namespace Orchestrator.Local.Reporting;

/// <summary>The outcome of the orders of one file.</summary>
/// <param name="Orders">Distinct orders of the file that were accepted, in this run or an earlier one.</param>
/// <param name="Fulfilled">Orders that were paid and shipped.</param>
/// <param name="Cancelled">Orders that were cancelled.</param>
/// <param name="Suspended">Orders that wait for an operator.</param>
/// <param name="Duplicates">Lines that repeat a known order.</param>
/// <param name="Rejected">Lines that are bad, or contradict a known order.</param>
/// <param name="Captured">Money captured, by currency, in units of the currency.</param>
/// <param name="Voided">Money that was held and then voided, by currency, in units of the currency.</param>
/// <param name="UnitsShipped">Units that were shipped.</param>
/// <param name="UnitsOnHand">Units in stock that are not reserved.</param>
/// <param name="UnitsReserved">Units reserved for orders that have not ended.</param>
/// <param name="Seconds">How long the run took.</param>
public sealed record RunSummary(
    long Orders,
    long Fulfilled,
    long Cancelled,
    long Suspended,
    long Duplicates,
    long Rejected,
    IReadOnlyDictionary<string, decimal> Captured,
    IReadOnlyDictionary<string, decimal> Voided,
    long UnitsShipped,
    long UnitsOnHand,
    long UnitsReserved,
    double Seconds)
{
    /// <summary>How many orders were cancelled for each reason; for people, not part of the JSON.</summary>
    public IReadOnlyDictionary<string, long> CancelledByReason { get; init; } = new Dictionary<string, long>();

    /// <summary>How many orders are suspended for each reason; for people, not part of the JSON.</summary>
    public IReadOnlyDictionary<string, long> SuspendedByReason { get; init; } = new Dictionary<string, long>();

    /// <summary>The faults of the participants in this run; null when the run has no faults.</summary>
    public IReadOnlyList<FaultCount>? Faults { get; init; }

    /// <summary>The slowest order, if an order has ended; for people, not part of the JSON.</summary>
    public SlowestOrder? SlowestOrder { get; init; }

    /// <summary>
    /// One line of JSON with the twelve fields in their order, and the faults if the run has faults. Amounts are JSON numbers with all
    /// digits of their currency, sorted by currency.
    /// </summary>
    public string ToJson()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("orders", Orders);
            json.WriteNumber("fulfilled", Fulfilled);
            json.WriteNumber("cancelled", Cancelled);
            json.WriteNumber("suspended", Suspended);
            json.WriteNumber("duplicates", Duplicates);
            json.WriteNumber("rejected", Rejected);
            WriteAmounts(json, "captured", Captured);
            WriteAmounts(json, "voided", Voided);
            json.WriteNumber("unitsShipped", UnitsShipped);
            json.WriteNumber("unitsOnHand", UnitsOnHand);
            json.WriteNumber("unitsReserved", UnitsReserved);
            json.WritePropertyName("seconds");
            json.WriteRawValue(Seconds.ToString("F3", CultureInfo.InvariantCulture));
            WriteFaults(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    void WriteFaults(Utf8JsonWriter json)
    {
        if (Faults is null)
            return;
        json.WriteStartObject("faults");
        foreach (var participant in Faults.GroupBy(count => count.Participant))
        {
            json.WriteStartObject(participant.Key);
            foreach (var (_, fault, count) in participant)
                json.WriteNumber(FaultSpec.Name(fault), count);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void WriteAmounts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, decimal> amounts)
    {
        json.WriteStartObject(name);
        foreach (var (currency, amount) in amounts.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(currency);
            json.WriteRawValue(amount.ToString($"F{Currency.MinorUnitDigits(currency)}", CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }
}
