namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>A hold and its capture as they stand in the books, and the changes to write.</summary>
sealed class BookEntry
{
    public HoldRow? Hold { get; private set; }

    public CaptureRow? Capture { get; private set; }

    public bool HasNewHold { get; private set; }

    public bool HasNewStatus { get; private set; }

    public bool HasNewCapture { get; private set; }

    /// <summary>Takes over a stored row.</summary>
    public void WasStored(HoldRow hold) => Hold = hold;

    /// <summary>Takes over a stored row.</summary>
    public void WasStored(CaptureRow capture) => Capture = capture;

    /// <summary>Adds a new hold.</summary>
    public HoldRow Add(HoldRow hold)
    {
        (Hold, HasNewHold) = (hold, true);
        return hold;
    }

    /// <summary>Adds a new capture.</summary>
    public CaptureRow Add(CaptureRow capture)
    {
        (Capture, HasNewCapture) = (capture, true);
        return capture;
    }

    /// <summary>Sets the status of the hold.</summary>
    public void Set(string status) => (Hold, HasNewStatus) = (Hold! with { Status = status }, !HasNewHold);
}
