using System.Reflection;
using System.Runtime.CompilerServices;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Testing;

/// <summary>
/// The names that other versions and other parties depend on: messages and their fields, exchanges, queues, tables, and sagas with their
/// steps, states and stored data.
/// </summary>
/// <example>
/// <code>
/// [Test]
/// public void Stay_as_they_are() => WireNames.Of(typeof(LoanRequested).Assembly).Saga&lt;LoanSaga, Loan>().AreFrozen();
/// </code>
/// </example>
public sealed class WireNames
{
    /// <summary>The environment variable that accepts the current names. Set it to 1 for one run of the test.</summary>
    public const string Accept = "ORCHESTRATOR_ACCEPT_NAMES";

    readonly List<string> _messages = [], _sagas = [], _tables = [];
    readonly SortedSet<string> _exchanges = new(StringComparer.Ordinal), _queues = new(StringComparer.Ordinal);

    WireNames(IEnumerable<Assembly> contracts)
    {
        foreach (var type in MessagesOf(contracts))
        {
            _messages.AddRange(NameLines.OfMessage(type));
            if (type.GetCustomAttribute<SentToAttribute>() is { } command)
                _queues.Add($"queue {command.Queue}");
            else if (!StepSaga.IsAddressed(type))
                _exchanges.Add($"exchange {NameLines.Exchange(type)}");
        }
    }

    /// <summary>The names of assemblies of contracts.</summary>
    /// <param name="contracts">Assemblies that are marked <c>[assembly: MessageContracts]</c>.</param>
    public static WireNames Of(params IEnumerable<Assembly> contracts) => new(contracts.Distinct());

    /// <summary>The messages of assemblies of contracts, in the order of their names.</summary>
    /// <param name="contracts">Assemblies that are marked <c>[assembly: MessageContracts]</c>.</param>
    public static IEnumerable<Type> MessagesOf(IEnumerable<Assembly> contracts) => contracts
        .Distinct()
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => MessageContract.Problem(type) is null)
        .OrderBy(type => type.FullName, StringComparer.Ordinal);

    /// <summary>Adds a saga: its queues, its steps, its states, its stored data and its view.</summary>
    public WireNames Saga<TSaga, TData>()
        where TSaga : StepSaga<TData>, new()
        where TData : SagaData
    {
        var saga = new TSaga();
        foreach (var queue in new[] { saga.Kind, $"{saga.Kind}-intake", $"{saga.Kind}-deadlines" })
            _queues.Add($"queue {queue}");
        _sagas.AddRange(NameLines.OfSaga(saga));
        return this;
    }

    /// <summary>Adds the queues of a participant of the kit, and the events that they subscribe to.</summary>
    /// <param name="make">Creates the participant, on a database without tables.</param>
    public WireNames Participant(Func<Database, IParticipant> make)
    {
        _queues.UnionWith(NameLines.OfParticipant(make).GetAwaiter().GetResult());
        return this;
    }

    /// <summary>Adds the tables of a party.</summary>
    /// <param name="migrate">Creates the tables.</param>
    public WireNames Tables(Func<Database, Task> migrate)
    {
        _tables.AddRange(NameLines.OfTables(migrate).GetAwaiter().GetResult());
        return this;
    }

    /// <summary>Compares the names with a file beside the test.</summary>
    /// <param name="file">The file.</param>
    /// <param name="accept">Whether to accept the current names, as <see cref="Accept"/> does.</param>
    /// <param name="test">The test's source file. The compiler fills it in.</param>
    /// <exception cref="WireNamesException">
    /// The names differ. When they are accepted, the file is written, and the next run succeeds.
    /// </exception>
    public void AreFrozen(string file = "wire-names.txt", bool accept = false, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, file);
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new WireNamesException(
                $"{path} can't be found, because the sources of the test are not on this machine; give the full path of the file");
        }

        var (frozen, actual) = (File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "", ToString());
        if (actual == frozen)
            return;
        var difference = NameDifference.Between(frozen, actual);
        if (accept || Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, actual);
            throw new WireNamesException($"""
                The names were accepted, and {path} was written. Check the differences, and run the test again without {Accept}.
                {difference}
                """);
        }

        throw new WireNamesException($"""
            The names differ from {path}:
            {difference}
            Not meant? Change the code back. Meant? Run this test once with {Accept}=1, which writes the file, and commit it.
            """);
    }

    /// <summary>The names, one on each line.</summary>
    public override string ToString() =>
        string.Concat(_messages.Concat(_exchanges).Concat(_queues).Concat(_sagas).Concat(_tables).Select(line => $"{line}\n"));
}
