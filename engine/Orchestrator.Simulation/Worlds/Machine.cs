namespace Orchestrator.Simulation.Worlds;

/// <summary>The machine on which the processes of a name run, one after the other. Its clock and its connections outlive them.</summary>
public sealed class Machine
{
    readonly EventLoop _loop;

    /// <summary>Creates a machine with a correct clock.</summary>
    public Machine(EventLoop loop)
    {
        _loop = loop;
        Clock = loop.Wrong(() => ClockError);
    }

    /// <summary>Its clock. The time of day may be wrong, but elapsed time is correct.</summary>
    public TimeProvider Clock { get; }

    /// <summary>How far the time of day is ahead; negative when it is behind.</summary>
    internal TimeSpan ClockError { get; set; }

    /// <summary>The time until which it does not reach the broker.</summary>
    internal DateTimeOffset BrokerBack { get; set; }

    /// <summary>The time until which it does not reach the database.</summary>
    internal DateTimeOffset DatabaseBack { get; set; }

    /// <summary>The time until which the database refuses its logins.</summary>
    internal DateTimeOffset LoginsBack { get; set; }

    /// <summary>Whether it reaches the broker.</summary>
    internal bool HasBroker => _loop.Now >= BrokerBack;

    /// <summary>Whether the database refuses its logins.</summary>
    internal bool IsRefused => _loop.Now < LoginsBack;

    /// <summary>Whether it reaches the database, and may log in.</summary>
    internal bool HasDatabase => _loop.Now >= DatabaseBack && !IsRefused;
}
