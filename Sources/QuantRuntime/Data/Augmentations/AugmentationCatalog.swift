/// The augmentations there are: one file of this folder and one line here for each.
public enum AugmentationCatalog {
  public static let all: [any Augmentation.Type] = [
    HorizontalFlip.self,
    RandomCrop.self,
  ]
}
