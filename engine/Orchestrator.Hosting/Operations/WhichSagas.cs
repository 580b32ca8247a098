using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>Which sagas an operator's command means: some by their names, or all that match a filter.</summary>
/// <param name="step">The option that names the command's own step, if it has one: with a filter, the sagas wait at this step.</param>
sealed class WhichSagas(Option<string>? step)
{
    static readonly Argument<string[]> Names = new("saga")
    {
        Description = "Ids or business keys, like 10248; an order's saga has the order's id",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Option<string[]> Saga = new("--saga")
    {
        Description = "The same as the argument",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<string?> Kind = new("--kind") { Description = "Only sagas of this kind, like order-fulfilment" };
    static readonly Option<string> AtStep = new("--step") { Description = "All unfinished sagas that wait at this step" };
    static readonly Option<bool> Yes = new("--yes") { Description = "Do it to all that match; without, they are only listed" };
    static readonly Option<(string Field, string Value)[]> Where = new("--where")
    {
        Description = "All unfinished sagas whose state, step or shown column has a value, like state=Suspended; several must all be true",
        CustomParser = Fields,
    };

    /// <summary>Adds what it asks for to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        foreach (var option in new Option[] { Saga, Kind, Where, step ?? AtStep, Yes }.Where(option => !command.Options.Contains(option)))
            command.Options.Add(option);
        command.Validators.Add(asked =>
        {
            if (IsNamed(asked) == IsFilter(asked))
                asked.AddError($"Which sagas? Name them by id or business key, or give --where{(step is null ? " or --step" : "")}");
        });
    }

    /// <summary>Whether they are named.</summary>
    public static bool IsNamed(SymbolResult asked) => asked.GetResult(Names) is { Tokens.Count: > 0 } || IsGiven(asked, Saga);

    /// <summary>The words that name them.</summary>
    public static IReadOnlyList<string> NamesOf(ParseResult parsed) =>
        [.. (parsed.GetValue(Names) ?? []).Concat(parsed.GetValue(Saga) ?? []).Distinct()];

    /// <summary>Whether all that match are meant, not only shown.</summary>
    public static bool IsMeant(ParseResult parsed) => parsed.GetValue(Yes);

    /// <summary>The kinds that they may be of.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public static IReadOnlyList<ISagaKind> KindsOf(ParseResult parsed, IReadOnlyList<ISagaKind> kinds) =>
        KindsOf(parsed.GetValue(Kind), kinds);

    /// <summary>The kind that a name means; all kinds when no name is given.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public static IReadOnlyList<ISagaKind> KindsOf(string? name, IReadOnlyList<ISagaKind> kinds) =>
        name is null ? kinds
        : kinds.Where(kind => kind.Name == name).ToList() is { Count: 1 } one ? one
        : throw new UsageException(
            $"there is no kind of saga '{name}'; the kinds are {string.Join(", ", kinds.Select(kind => kind.Name))}");

    /// <summary>The filter.</summary>
    /// <exception cref="UsageException">No saga could ever be like that.</exception>
    public SagaFilter FilterOf(ParseResult parsed, IReadOnlyList<ISagaKind> kinds)
    {
        var wanted = (parsed.GetValue(Where) ?? []).ToList();
        if (parsed.GetValue(step ?? AtStep) is { } name)
            wanted.Add((SagaFilter.Step, name));
        return SagaFilter.Of(kinds, wanted);
    }

    bool IsFilter(SymbolResult asked) => IsGiven(asked, Where) || step is null && IsGiven(asked, AtStep);

    // What was given is not looked at: a value that can't be understood is said by its option.
    static bool IsGiven(SymbolResult asked, Option option) => asked.GetResult(option) is { Implicit: false };

    static (string Field, string Value)[] Fields(ArgumentResult result)
    {
        var fields = new List<(string, string)>();
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is [{ Length: > 0 } field, { Length: > 0 } value])
                fields.Add((field, value));
            else
                result.AddError($"'{token.Value}' is no condition; it is written like state=Suspended");
        }

        return [.. fields];
    }
}
