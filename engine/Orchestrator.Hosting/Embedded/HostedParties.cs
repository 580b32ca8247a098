namespace Orchestrator.Hosting.Embedded;

/// <summary>The parties of a process that hosts more than one.</summary>
public sealed class HostedParties
{
    readonly List<Party> _all = [];

    /// <summary>All parties, in the order in which they were added.</summary>
    public IReadOnlyList<Party> All => _all;

    /// <summary>Adds the sagas.</summary>
    /// <param name="describe">Adds each saga.</param>
    public void AddSagas(Action<SagaParty> describe) => Add(new SagaParty(), describe);

    /// <summary>Adds a participant, or another part of the process that has handlers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="describe">Describes it: its tables, its handlers and its queues.</param>
    public void AddParticipant(string name, Action<Party> describe) => Add(new Party(name), describe);

    void Add<TParty>(TParty party, Action<TParty> describe)
        where TParty : Party
    {
        if (_all.Any(other => other.Name == party.Name))
            throw new InvalidOperationException($"there is already a party named {party.Name}; give each party its own name");
        describe(party);
        _all.Add(party);
    }
}
