namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>A hold and a capture of it, as they stand in the books, and what is to be written of them.</summary>
sealed class BookEntry
{
    public HoldRow? Hold { get; private set; }

    public CaptureRow? Capture { get; private set; }

    public bool HasNewHold { get; private set; }

    public bool HasNewStatus { get; private set; }

    public bool HasNewCapture { get; private set; }

    /// <summary>Takes over what is stored.</summary>
    public void WasStored(HoldRow hold) => Hold = hold;

    /// <summary>Takes over what is stored.</summary>
    public void WasStored(CaptureRow capture) => Capture = capture;

    /// <summary>A hold that nobody knew.</summary>
    public HoldRow Add(HoldRow hold)
    {
        (Hold, HasNewHold) = (hold, true);
        return hold;
    }

    /// <summary>A capture that nobody knew.</summary>
    public CaptureRow Add(CaptureRow capture)
    {
        (Capture, HasNewCapture) = (capture, true);
        return capture;
    }

    /// <summary>How the hold stands now.</summary>
    public void Set(string status) => (Hold, HasNewStatus) = (Hold! with { Status = status }, !HasNewHold);
}
