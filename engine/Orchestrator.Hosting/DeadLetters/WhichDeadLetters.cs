using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The options with which an operator chooses dead letters.</summary>
static class WhichDeadLetters
{
    static readonly Option<string?> Queue = new("--queue") { Description = "Only those of one source_queue" };
    static readonly Option<string?> Type = new("--type") { Description = "Only those of one type of message, like PaymentCaptured" };
    static readonly Option<string?> Saga = new("--saga") { Description = "Only those of one saga, by its id or its business key" };
    static readonly Option<string?> Class = AmongClasses(new("--reason-class") { Description = "Only those with one class of reason" });
    static readonly Option<TimeSpan?> OlderThan = CommandOptions.Duration(
        "--older-than", "Only those that are older than this, like 1.00:00:00");
    static readonly Option<TimeSpan?> NewerThan = CommandOptions.Duration(
        "--newer-than", "Only those that are newer than this, like 00:30:00");

    /// <summary>All options.</summary>
    public static IReadOnlyList<Option> Options { get; } = [Queue, Type, Saga, Class, OlderThan, NewerThan];

    /// <summary>Whether any option is given.</summary>
    // The values are not read here, because each option reports its own invalid value.
    public static bool IsAnyGiven(SymbolResult asked) => Options.Any(option => asked.GetResult(option) is { Implicit: false });

    /// <summary>The filter that the options describe.</summary>
    /// <exception cref="UsageException">No saga has the business key.</exception>
    public static async Task<DeadLetterFilter> Of(ParseResult parsed, Database database, CancellationToken stop)
    {
        var now = database.Time.GetUtcNow();
        return new()
        {
            Queue = parsed.GetValue(Queue),
            MessageType = parsed.GetValue(Type),
            Sagas = parsed.GetValue(Saga) is { } saga ? await Sagas(saga, database, stop) : null,
            ReasonClass = parsed.GetValue(Class),
            Before = now - parsed.GetValue(OlderThan),
            Since = now - parsed.GetValue(NewerThan),
        };
    }

    // There may be no saga with the id, because the dead letter may be the message that would have started it.
    static async Task<List<Guid>> Sagas(string word, Database database, CancellationToken stop)
    {
        var sagas = await database.Read(
            sql => sql.Query("SELECT DISTINCT id FROM saga WHERE business_key = @key", row => row.GetGuid(0), ("key", word)), stop);
        if (Guid.TryParse(word, out var id))
            sagas.Add(id);
        return sagas.Count > 0
            ? sagas
            : throw new UsageException(
                $"there is no saga with the key '{CommandOptions.Printable(word)}'; a saga that never started is found by its id");
    }

    static Option<string?> AmongClasses(Option<string?> option)
    {
        option.AcceptOnlyFromAmong([.. DeadLetterReason.All]);
        return option;
    }
}
