namespace Strikeline.Venues;

/// <summary>Why a frame was not understood. Numbers stand in reports: never reused.</summary>
public enum RejectReason : byte
{
    /// <summary>Not rejected.</summary>
    None = 0,

    /// <summary>The bytes are no JSON text.</summary>
    MalformedJson = 1,

    /// <summary>JSON, but no message shape that this venue is known to send.</summary>
    UnknownShape = 2,

    /// <summary>A field that the message needs is absent.</summary>
    MissingField = 3,

    /// <summary>A field stands twice in one object.</summary>
    DuplicateField = 4,

    /// <summary>A field has the wrong type or an impossible value.</summary>
    BadField = 5,

    /// <summary>A price or quantity does not fit the instrument's grid.</summary>
    OffGrid = 6,

    /// <summary>The symbol is not among the instruments of this feed.</summary>
    UnknownSymbol = 7,

    /// <summary>The frame is longer, or holds more levels, than <see cref="VenuesLimits"/> allows.</summary>
    TooLarge = 8,
}
