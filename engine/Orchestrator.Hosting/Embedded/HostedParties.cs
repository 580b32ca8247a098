namespace Orchestrator.Hosting.Embedded;

/// <summary>The parties of a process that hosts more than one.</summary>
public sealed class HostedParties
{
    readonly List<Party> _all = [];

    /// <summary>All of them, in the order in which they were added.</summary>
    public IReadOnlyList<Party> All => _all;

    /// <summary>Adds the sagas.</summary>
    /// <param name="describe">Says which there are.</param>
    public void AddSagas(Action<SagaParty> describe) => Add(new SagaParty(), describe);

    /// <summary>Adds a participant, or another part of the process that has handlers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="describe">Says what its tables are, what it does and where it takes messages from.</param>
    public void AddParticipant(string name, Action<Party> describe) => Add(new Party(name), describe);

    void Add<TParty>(TParty party, Action<TParty> describe)
        where TParty : Party
    {
        if (_all.Any(other => other.Name == party.Name))
            throw new InvalidOperationException($"there is a party named {party.Name} already; each has a name of its own");
        describe(party);
        _all.Add(party);
    }
}
