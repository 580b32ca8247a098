namespace Orchestrator.Testing;

/// <summary>Lists the differences between names and the frozen names, and says what each difference means.</summary>
static class NameDifference
{
    const string NothingIsUnderWay = "nothing is under way under a new name";

    static readonly (string Gone, string New) Unknown = ("no name is written so", "a name is written so");

    // The meaning of a line that is gone and of a line that is new, by the first word of the line's owner and of the line.
    static readonly Dictionary<string, (string Gone, string New)> Meanings = new(StringComparer.Ordinal)
    {
        ["urn"] = (
            "what is under way under this name waits in its queue, and nobody understands it; keep the message until none is left",
            NothingIsUnderWay),
        ["urn changed"] = (
            "what is under way was sent as this line says, to the queue that it names",
            "it is sent as this line says from now on; receive from the queue of the old line until that is empty"),
        ["urn field"] = (
            "messages that are under way, and older versions, still have the field: nobody reads it; keep it until nothing sends it",
            "messages that are under way do not have the field: their receiver finds null or nothing there; let it be null"),
        ["exchange"] = (
            "what an older version publishes there reaches no queue, and waits at its sender; keep the event until nothing publishes it",
            NothingIsUnderWay),
        ["queue"] = (
            "what waits in the queue is received by nobody, and older versions still send to it; receive from it until it is empty",
            "a queue of this name must be permitted where the broker restricts names"),
        ["saga"] = ("stored instances of this kind are moved by nobody", "no instance of this kind is stored yet"),
        ["saga changed"] = ("instances under way began with this version", "instances of the version before go on with this one"),
        ["saga table"] = (
            "instances under way were decided by this line; raise the saga's version, and keep a step until no instance has attempted it",
            "instances under way go on with this line; raise the saga's version"),
        ["saga state"] = (
            "instances may stand in this state, and the journal names it; queries and alerts that name it find nothing more",
            "queries and alerts do not name this state yet"),
        ["saga data"] = (
            "stored instances have the value under this name: it is not read any more",
            "stored instances do not have the value; let it be null"),
        ["saga view"] = ("queries that name the view fail", "queries do not name the view yet"),
        ["saga column"] = ("queries that name the column fail", "queries do not name the column yet"),
        ["table"] = ("an older version that still runs writes to the table", "an older version does not know the table"),
        ["table field"] = (
            "an older version that still runs names the column",
            "an older version writes rows without the column; let it be null or have a default"),
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
