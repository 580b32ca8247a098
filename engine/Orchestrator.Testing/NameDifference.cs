namespace Orchestrator.Testing;

/// <summary>Lists the differences between names and the frozen names, and says what each difference means.</summary>
static class NameDifference
{
    const string NothingIsUnderWay = "no message has the new name yet";

    static readonly (string Gone, string New) Unknown = ("a name is gone", "a name is new");

    // The meaning of a line that is gone and of a line that is new, by the first word of the line's owner and of the line.
    static readonly Dictionary<string, (string Gone, string New)> Meanings = new(StringComparer.Ordinal)
    {
        ["urn"] = (
            "messages with this name that wait in a queue can't be read any more; keep the message until none is left",
            NothingIsUnderWay),
        ["urn changed"] = (
            "messages on their way were sent as this line says, to the queue that it names",
            "new messages are sent as this line says; receive from the queue of the old line until it is empty"),
        ["urn field"] = (
            "messages on their way, and older versions, still have the field, and it is not read; keep it until no version sends it",
            "messages on their way do not have the field, so their receiver reads null; make it nullable"),
        ["exchange"] = (
            "events that an older version publishes reach no queue, and wait at the sender; keep the event until no version publishes it",
            NothingIsUnderWay),
        ["queue"] = (
            "messages that wait in the queue are not received, and older versions still send to it; receive from it until it is empty",
            "where the broker restricts names, it must permit this queue"),
        ["saga"] = ("stored sagas of this kind do not move any more", "no saga of this kind is stored yet"),
        ["saga changed"] = ("unfinished sagas began with this version", "unfinished sagas of the earlier version continue with this one"),
        ["saga table"] = (
            "unfinished sagas were decided by this line; raise the saga's version, and keep a step until no saga has attempted it",
            "unfinished sagas continue with this line; raise the saga's version"),
        ["saga state"] = (
            "sagas may be in this state, and the journal names it; queries and alerts that name it find nothing more",
            "queries and alerts do not name this state yet"),
        ["saga data"] = (
            "stored sagas have the value with this name, and it is not read any more",
            "stored sagas do not have the value; make it nullable"),
        ["saga view"] = ("queries that name the view fail", "queries do not name the view yet"),
        ["saga column"] = ("queries that name the column fail", "queries do not name the column yet"),
        ["table"] = ("an older version that still runs writes to the table", "an older version does not know the table"),
        ["table field"] = (
            "an older version that still runs names the column",
            "an older version writes rows without the column; make it nullable or give it a default"),
    };

    /// <summary>The lines that differ, and the meaning of each. A changed line is both gone and new.</summary>
    public static string Between(string frozen, string actual)
    {
        var (before, after) = (Lines(frozen), Lines(actual));
        return string.Join('\n', Told('-', before.Except(after), line => MeaningOf(line, after).Gone)
            .Concat(Told('+', after.Except(before), line => MeaningOf(line, before).New)));
    }

    // Lines with the same meaning are listed together, with the meaning once below them.
    static IEnumerable<string> Told(
        char sign, IEnumerable<(string Owner, string Line)> lines, Func<(string Owner, string Line), string> meaning) =>
        lines.GroupBy(meaning).SelectMany(group => group
            .Select(line => $"{sign} {(line.Owner.Length == 0 ? "" : $"{line.Owner}: ")}{line.Line}").Append($"    ({group.Key})"));

    static (string Gone, string New) MeaningOf((string Owner, string Line) line, List<(string Owner, string Line)> others)
    {
        if (line.Owner.Length > 0)
            return Of($"{Kind(line.Owner)} {line.Line.Split(' ')[0]}") ?? Of($"{Kind(line.Owner)} field") ?? Unknown;
        var isChanged = others.Exists(other => other.Owner.Length == 0 && Owner(other.Line) == Owner(line.Line));
        return (isChanged ? Of($"{Kind(line.Line)} changed") : null) ?? Of(Kind(line.Line)) ?? Unknown;
    }

    static (string Gone, string New)? Of(string kind) => Meanings.TryGetValue(kind, out var meaning) ? meaning : null;

    static string Kind(string line) => line.Split(' ', ':')[0];

    // Each line with its owner, so that the same field of two messages counts as two lines.
    static List<(string Owner, string Line)> Lines(string text)
    {
        var owner = "";
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            if (line.StartsWith(' '))
                return (owner, line.Trim());
            owner = Owner(line);
            return ("", line);
        })];
    }

    static string Owner(string line) => line.Split(' ') switch
    {
        [var urn, ..] when Kind(urn) == "urn" => urn,
        [var kind, var name, ..] => $"{kind} {name}",
        _ => line,
    };
}
