namespace Orchestrator.Simulation.Worlds;

/// <summary>Where the processes of a name run, one life after the other: its clock and its ways to the servers outlive them.</summary>
public sealed class Machine
{
    readonly EventLoop _loop;

    /// <summary>A machine whose clock is right.</summary>
    public Machine(EventLoop loop)
    {
        _loop = loop;
        Clock = loop.Wrong(() => ClockError);
    }

    /// <summary>Its clock: the time of day may be wrong, elapsed time is not.</summary>
    public TimeProvider Clock { get; }

    /// <summary>How far the time of day is ahead.</summary>
    internal TimeSpan ClockError { get; set; }

    /// <summary>Until when it does not reach the broker.</summary>
    internal DateTimeOffset BrokerBack { get; set; }

    /// <summary>Until when it does not reach the database.</summary>
    internal DateTimeOffset DatabaseBack { get; set; }

    /// <summary>Until when the database refuses its logins.</summary>
    internal DateTimeOffset LoginsBack { get; set; }

    /// <summary>Whether it reaches the broker.</summary>
    internal bool HasBroker => _loop.Now >= BrokerBack;

    /// <summary>Whether the database refuses its logins.</summary>
    internal bool IsRefused => _loop.Now < LoginsBack;

    /// <summary>Whether it reaches the database, and may log in.</summary>
    internal bool HasDatabase => _loop.Now >= DatabaseBack && !IsRefused;
}
