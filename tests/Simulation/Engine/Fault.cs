namespace Orchestrator.Tests.Simulation.Engine;

/// <summary>What may go wrong.</summary>
enum Fault
{
    /// <summary>The network loses a message.</summary>
    Drop,

    /// <summary>The network delivers a message twice.</summary>
    Duplicate,

    /// <summary>The network keeps a message for long, so that others overtake it.</summary>
    Delay,

    /// <summary>A queue delivers nothing for minutes or hours.</summary>
    Outage,

    /// <summary>The process dies before it writes.</summary>
    CrashBeforeCommit,

    /// <summary>The process dies after it has written and before it knows.</summary>
    CrashAfterCommit,

    /// <summary>The process dies before it sends a message.</summary>
    CrashBeforePublish,

    /// <summary>The process dies before it acknowledges what it has handled.</summary>
    CrashBeforeAcknowledgement,

    /// <summary>The process dies before or after it calls the gateway.</summary>
    CrashAroundGateway,

    /// <summary>The gateway answers too late; whether it acted is not known.</summary>
    GatewayTimeout,

    /// <summary>The database does not answer; nothing was written.</summary>
    DatabaseAway,

    /// <summary>The database has written and its answer is lost.</summary>
    AnswerLost,

    /// <summary>The database's clock leaps.</summary>
    ClockJump,

    /// <summary>A customer cancels.</summary>
    Cancellation,

    /// <summary>An operator gives a command.</summary>
    OperatorCommand,

    /// <summary>An operator holds a step for a while.</summary>
    Hold,

    /// <summary>The workers are replaced, one after the other, by such with the next definition.</summary>
    Upgrade,

    /// <summary>A process stops for up to minutes and wakes up as if no time had passed; its connection to the broker does not outlive that.</summary>
    Freeze,

    /// <summary>A queue is at its length limit and takes nothing for minutes or hours.</summary>
    QueueLimit,

    /// <summary>Somebody locks an order's row in one of the stores.</summary>
    LockedRow,

    /// <summary>What a saga's row holds can't be read for minutes or days.</summary>
    UnreadableRow,

    /// <summary>The clock of a host leaps.</summary>
    HostClockJump,

    /// <summary>A host, or all of them, reaches neither broker nor database for minutes, which go and return in any order.</summary>
    DoubleOutage,

    /// <summary>The broker is short of memory or disk: it takes nothing from anybody and delivers what it has.</summary>
    BrokerAlarm,

    /// <summary>The broker loses the binding of an event to a queue.</summary>
    LostBinding,

    /// <summary>After an upgrade the workers are replaced by such with the earlier definition, and later by the newer ones again.</summary>
    Rollback,

    /// <summary>A participant answers nothing for minutes.</summary>
    SilentParticipant,
}
